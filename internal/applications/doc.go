// Package applications watches the Argo CD Applications of previews, and reports the state of
// each in the words of package generator.
//
// An Application belongs to a preview if one of its sources is the entry of the preview. Of
// all other Applications, which can be thousands, nothing is kept. The states are computed
// from the fields of one Application and the time.
package applications
