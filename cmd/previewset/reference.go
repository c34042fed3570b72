package main

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// reference is an argument that names a change: an id, a number, a branch, or the URL of
// the change on its forge.
type reference struct {
	text string   // without white space around it
	url  *url.URL // nil if the argument is not a URL
}

// newReference reads an argument. No branch contains "://": Git does not allow colons. A
// browser shows a URL without its scheme, and Git shows a branch as refs/heads/ and its name.
func newReference(argument string) reference {
	r := reference{text: strings.TrimPrefix(strings.TrimSpace(argument), "refs/heads/")}
	if lacksScheme(r.text) {
		r.text = "https://" + r.text
	}
	if strings.Contains(r.text, "://") {
		var err error
		if r.url, err = url.Parse(r.text); err != nil {
			r.url = &url.URL{Scheme: "invalid", Host: "url"}
		}
	}
	return r
}

// lacksScheme reports whether text is the address of a change without "https://": a host, a
// path, a word such as pull, and a name.
func lacksScheme(text string) bool {
	host, path, _ := strings.Cut(text, "/")
	return strings.ContainsAny(host, ".:") && !strings.Contains(text, "://") &&
		slices.ContainsFunc(slices.Concat(pullRequestPages(), branchPages()), func(word string) bool {
			return strings.Contains(path, "/"+word+"/")
		})
}

// String returns the argument. A URL has neither a user name nor a query, which may be
// secrets.
func (r reference) String() string {
	if r.url == nil {
		return r.text
	}
	return r.url.Scheme + "://" + r.url.Host + r.url.EscapedPath()
}

// find returns the changes of one set that r names. An id comes before a branch, and a
// branch before a number: a branch "42" hides pull request 42, which is also "#42" and
// "pr-42". page is the page of the set's repository, "" if it is not known.
func (r reference) find(previews []plugin.StateView, page string) []plugin.StateView {
	if r.url != nil {
		return r.findURL(previews, page)
	}
	number, _ := numberOf(r.text)
	for _, matches := range []func(plugin.StateView) bool{
		func(v plugin.StateView) bool { return v.ID == r.text },
		func(v plugin.StateView) bool { return strings.TrimSuffix(v.ID, "-"+v.Variant) == r.text },
		func(v plugin.StateView) bool { return v.Branch == r.text && r.text != "" },
		func(v plugin.StateView) bool { return v.Number == number && number > 0 },
	} {
		if found := filter(previews, matches); len(found) > 0 {
			return found
		}
	}
	return nil
}

// completed returns the reference to the only id that begins with the text before an ellipsis:
// list prints such an id. It returns r if there is no such id, if there are several, or if r is
// the name of a branch.
func (r reference) completed(previews []plugin.StateView) reference {
	ids := r.completions(previews)
	if len(ids) != 1 || len(r.find(previews, "")) > 0 {
		return r
	}
	return reference{text: ids[0]}
}

// completions returns the ids that begin with the text before an ellipsis, sorted.
func (r reference) completions(previews []plugin.StateView) (ids []string) {
	start := strings.TrimSuffix(strings.TrimSuffix(r.text, ellipsis), "...")
	if r.url != nil || start == r.text || start == "" {
		return nil
	}
	for _, v := range filter(previews, func(v plugin.StateView) bool { return strings.HasPrefix(v.ID, start) }) {
		ids = append(ids, v.ID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func filter(previews []plugin.StateView, matches func(plugin.StateView) bool) (found []plugin.StateView) {
	for _, v := range previews {
		if matches(v) {
			found = append(found, v)
		}
	}
	return found
}

// findURL returns the changes whose page contains the page r. For a page of a branch, which
// is below that of the repository, the longest path that is a branch counts: the path of a
// file can follow.
func (r reference) findURL(previews []plugin.StateView, page string) []plugin.StateView {
	if found := filter(previews, func(v plugin.StateView) bool { _, ok := r.below(v.URL); return ok }); len(found) > 0 {
		return found
	}
	key, ok := r.keyBelow(page)
	if page == "" {
		key, ok = r.keyBelowPages(previews)
	}
	if ok && key.Kind == generator.PullRequest {
		return filter(previews, func(v plugin.StateView) bool { return v.Number == key.Number })
	}
	for branch := key.Branch; branch != ""; branch = branch[:max(0, strings.LastIndexByte(branch, '/'))] {
		if found := filter(previews, func(v plugin.StateView) bool { return v.Branch == branch }); len(found) > 0 {
			return found
		}
	}
	return nil
}

// below returns the part of the path of r after that of page, and false if r is not below
// page. Forges ignore the case of owners and repositories.
func (r reference) below(page string) (rest string, ok bool) {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" || !strings.EqualFold(generator.HostOf(u), generator.HostOf(r.url)) {
		return "", false
	}
	path, prefix := strings.TrimRight(r.url.Path, "/")+"/", strings.TrimRight(u.Path, "/")+"/"
	if len(path) < len(prefix) || !strings.EqualFold(path[:len(prefix)], prefix) {
		return "", false
	}
	return strings.TrimRight(path[len(prefix):], "/"), true
}

// pullRequestPages returns the words before the number in the address of a pull request.
func pullRequestPages() []string {
	return []string{"pull", "pulls", "issues", "merge_requests", "pull-requests", "pullrequest"}
}

// branchPages returns the words before the name in the address of a branch.
func branchPages() []string { return []string{"tree", "src/branch"} }

// keyBelow returns the change whose page is r, below the page of its repository: the
// number after a word, such as pull/42, or the path after tree/ or src/branch/. The page of
// an issue is also that of the pull request with its number, on GitHub and Gitea.
func (r reference) keyBelow(page string) (generator.Key, bool) {
	rest, ok := r.below(page)
	if !ok {
		return generator.Key{}, false
	}
	rest = strings.TrimPrefix(rest, "-/")
	for _, word := range branchPages() {
		if branch, ok := strings.CutPrefix(rest, word+"/"); ok && branch != "" {
			return generator.Key{Kind: generator.Branch, Branch: branch}, true
		}
	}
	words := strings.Split(rest, "/")
	if len(words) < 2 || !slices.Contains(pullRequestPages(), words[0]) {
		return generator.Key{}, false
	}
	number, err := strconv.ParseInt(words[1], 10, 64)
	return generator.Key{Kind: generator.PullRequest, Number: number}, err == nil && number > 0
}

// keyBelowPages is keyBelow for the page of a repository that previews are of.
func (r reference) keyBelowPages(previews []plugin.StateView) (generator.Key, bool) {
	for _, v := range previews {
		if key, ok := r.keyBelow(repositoryOf(v)); ok {
			return key, true
		}
	}
	return generator.Key{}, false
}

// repositoryOf returns the page of the repository of a change, which is the start of the page of
// the change; "" if it is not known.
func repositoryOf(v plugin.StateView) string {
	u, err := url.Parse(v.URL)
	if err != nil {
		return ""
	}
	words, name := branchPages(), v.Branch
	if v.Kind == generator.PullRequest {
		words, name = pullRequestPages(), strconv.FormatInt(v.Number, 10)
	}
	for _, word := range words {
		if path, ok := strings.CutSuffix(u.Path, "/"+word+"/"+name); ok {
			return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: strings.TrimSuffix(path, "/-")}).String()
		}
	}
	return ""
}

// numberOf reads 42, #42 and pr-42.
func numberOf(text string) (int64, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(text, "#"), "pr-")
	number, err := strconv.ParseInt(digits, 10, 64)
	return number, err == nil && number > 0 && digits[0] != '+'
}

// trimVariant returns the id of a pull request without a variant: pr-42 for
// pr-42-flag-on.
func trimVariant(text string, variants []generator.Variant) string {
	for _, v := range variants {
		if change, ok := strings.CutSuffix(text, "-"+v.Name); ok && strings.HasPrefix(text, "pr-") {
			if _, ok := numberOf(change); ok {
				return change
			}
		}
	}
	return text
}
