package github

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// route renders the response to a request that refuse has accepted.
func (s *Server) route(w http.ResponseWriter, e *exchange) result {
	if e.kind == KindInstallation || e.kind == KindToken {
		return s.serveApp(e)
	}
	if e.kind == KindUser {
		return s.serveUser(e)
	}
	r, moved := s.find(e)
	if moved != nil {
		return movedTo(w, e, e.repository(moved)+suffix(e))
	}
	if r == nil || r.private && e.request.Header.Get("Authorization") == "" {
		return notFound()
	}
	if e.request.Method != http.MethodGet {
		return r.serveWrite(e)
	}
	return r.serve(w, e)
}

// repository returns the URL that names a repository by its number.
func (e *exchange) repository(r *Repo) string {
	return e.api + "/repositories/" + strconv.FormatInt(r.id, 10)
}

// movedTo redirects with the status 301, and requests that write with the status 307.
func movedTo(w http.ResponseWriter, e *exchange, location string) result {
	w.Header().Set("Location", location)
	if e.request.Method != http.MethodGet {
		return *failure(http.StatusTemporaryRedirect, "Temporary Redirect", "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects")
	}
	return *failure(http.StatusMovedPermanently, "Moved Permanently", "https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects")
}

// suffix returns the part of the request's URL after the repository: path and query.
func suffix(e *exchange) string {
	path := ""
	for _, segment := range belowRepository(e.path) {
		path += "/" + url.PathEscape(segment)
	}
	if e.request.URL.RawQuery != "" {
		path += "?" + e.request.URL.RawQuery
	}
	return path
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
		return success(paginate(w, e, r, r.selectPulls(e), func(p *pull) object { return r.pull(e, p, false) }))
	case KindPull:
		number, _ := strconv.ParseInt(rest[1], 10, 64)
		if number < 1 || number > int64(len(r.pulls)) {
			return notFound()
		}
		return success(r.pull(e, r.pulls[number-1], true))
	case KindBranches:
		return success(paginate(w, e, r, r.branches, func(b string) object { return r.branch(e, b) }))
	case KindBranch:
		return r.serveBranch(w, e, rest[1])
	case KindCommit:
		c, ok := r.commits[rest[2]]
		if !ok {
			return notFound()
		}
		return success(r.commit(e, rest[2], c))
	default:
		return r.serveFeedback(w, e)
	}
}

// serveBranch renders a branch. Like GitHub, it redirects from the former name of a
// renamed branch if no branch has that name now.
func (r *Repo) serveBranch(w http.ResponseWriter, e *exchange, name string) result {
	if _, ok := r.heads[name]; ok {
		return success(r.protectedBranch(e, name))
	}
	if now, ok := r.renamed[name]; ok {
		return movedTo(w, e, e.repository(r)+"/branches/"+url.PathEscape(now))
	}
	return *failure(http.StatusNotFound, "Branch not found", "https://docs.github.com/rest/branches/branches#get-a-branch")
}

// selectPulls returns the pull requests that the query parameters state and direction
// select. The default is open ones, newest first.
func (r *Repo) selectPulls(e *exchange) []*pull {
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
