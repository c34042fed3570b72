package github

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// PageLimit limits pages to n entries, even if a request asks for more. The default is
// 100, as on GitHub.
func (s *Server) PageLimit(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pageLimit = n
}

// paginate renders the requested page and sets the Link header. The links name the
// repository by its number, as GitHub's links do.
func paginate[T any](w http.ResponseWriter, e *exchange, r *Repo, all []T, render func(T) object) []object {
	query := e.request.URL.Query()
	size := min(positiveOr(query.Get("per_page"), 30), r.server.pageLimit)
	page := positiveOr(query.Get("page"), 1)
	last := max(1, (len(all)+size-1)/size)
	link := func(n int, rel string) string {
		query.Set("page", strconv.Itoa(n))
		return fmt.Sprintf(`<%s/repositories/%d/%s?%s>; rel="%s"`, e.api, r.id, strings.Join(belowRepository(e.path), "/"), query.Encode(), rel)
	}
	var links []string
	if page > 1 {
		links = append(links, link(min(page-1, last), "prev"))
	}
	if page < last {
		links = append(links, link(page+1, "next"), link(last, "last"))
	}
	if page > 1 {
		links = append(links, link(1, "first"))
	}
	if len(links) > 0 {
		w.Header().Set("Link", strings.Join(links, ", "))
	}
	rendered := []object{}
	for _, item := range all[min((page-1)*size, len(all)):min(page*size, len(all))] {
		rendered = append(rendered, render(item))
	}
	return rendered
}

// positiveOr parses a positive number, and returns otherwise if text is not a positive number.
func positiveOr(text string, otherwise int) int {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return n
	}
	return otherwise
}
