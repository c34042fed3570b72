// Package plugin is the HTTP service that Argo CD's ApplicationSet plugin
// generator calls. A request touches memory only: the Board has the answer of
// each set ready, and whoever makes snapshots puts new ones there.
//
// For Argo CD an empty or short list means: delete environments. So an answer is
// complete, or an error. (argo-cd v2.14, applicationset/services/plugin: any 2xx is
// taken for the truth; any other status changes nothing.)
//
// Which previews there are, and which parameters they have, belongs to
// internal/pipeline and generator.
package plugin
