package github

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// route finds and renders the answer of a request that may be served.
func (s *Server) route(w http.ResponseWriter, e *exchange) result {
	if e.kind == KindInstallation || e.kind == KindToken {
		return s.serveApp(e)
	}
	r, moved := s.find(e)
	if moved != nil {
		return movedTo(w, e.repository(moved)+below(e))
	}
	if r == nil || r.private && e.request.Header.Get("Authorization") == "" {
		return notFound()
	}
	return r.serve(w, e)
}

// repository returns the URL of a repository by its number.
func (e *exchange) repository(r *Repo) string {
	return e.api + "/repositories/" + strconv.FormatInt(r.id, 10)
}

func movedTo(w http.ResponseWriter, location string) result {
	w.Header().Set("Location", location)
	return *failure(http.StatusMovedPermanently, "Moved Permanently", "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects")
}

// below returns what follows the repository in a request's URL.
func below(e *exchange) string {
	suffix := ""
	for _, segment := range belowRepository(e.path) {
		suffix += "/" + url.PathEscape(segment)
	}
	if e.request.URL.RawQuery != "" {
		suffix += "?" + e.request.URL.RawQuery
	}
	return suffix
}

func (s *Server) find(e *exchange) (found, moved *Repo) {
	if e.kind == KindOther {
		return nil, nil
	}
	if e.path[0] == "repositories" {
		id, _ := strconv.ParseInt(e.path[1], 10, 64)
		return s.byID(id), nil
	}
	for _, r := range s.repos {
		if r.owner == e.path[1] && r.name == e.path[2] {
			return r, nil
		}
	}
	return nil, s.byID(s.renamed[e.path[1]+"/"+e.path[2]])
}

func (s *Server) byID(id int64) *Repo {
	for _, r := range s.repos {
		if r.id == id {
			return r
		}
	}
	return nil
}

func (r *Repo) serve(w http.ResponseWriter, e *exchange) result {
	rest := belowRepository(e.path)
	switch e.kind {
	case KindRepository:
		return success(r.full(e))
	case KindPulls:
		return success(paginate(w, e, r, r.listed(e), func(p *pull) object { return r.pull(e, p, false) }))
	case KindPull:
		number, _ := strconv.ParseInt(rest[1], 10, 64)
		if number < 1 || number > int64(len(r.pulls)) {
			return notFound()
		}
		return success(r.pull(e, r.pulls[number-1], true))
	case KindBranches:
		return success(paginate(w, e, r, r.branches, func(b string) object { return r.branch(e, b) }))
	case KindBranch:
		return r.oneBranch(w, e, rest[1])
	case KindCommit:
		c, ok := r.commits[rest[2]]
		if !ok {
			return notFound()
		}
		return success(r.commit(e, rest[2], c))
	}
	return notFound()
}

// oneBranch renders one branch. From a name that no branch has, GitHub redirects
// where one had it and was renamed.
func (r *Repo) oneBranch(w http.ResponseWriter, e *exchange, name string) result {
	if _, ok := r.heads[name]; ok {
		return success(r.protectedBranch(e, name))
	}
	if now, ok := r.formerly[name]; ok {
		return movedTo(w, e.repository(r)+"/branches/"+url.PathEscape(now))
	}
	return *failure(http.StatusNotFound, "Branch not found", "https://docs.github.com/rest/branches/branches#get-a-branch")
}

// listed returns the pull requests in the state that was asked for, oldest
// first or newest first as asked.
func (r *Repo) listed(e *exchange) []*pull {
	query := e.request.URL.Query()
	var pulls []*pull
	for _, p := range r.pulls {
		open := p.closed.IsZero()
		switch query.Get("state") {
		case "all":
		case "closed":
			if open {
				continue
			}
		default:
			if !open {
				continue
			}
		}
		pulls = append(pulls, p)
	}
	if query.Get("direction") != "asc" {
		slices.Reverse(pulls)
	}
	return pulls
}
