// Package github is GitHub and GitHub Enterprise: the API of one repository for
// forge.Source, on GitHub's REST API, version 2022-11-28.
//
// It exists to say what GitHub's answers mean: which page is the last, which answer
// is a rate limit, which redirect is evidence. To read an unchanged list again does not
// count against the rate limit (status 304).
//
// It reads only.
package github
