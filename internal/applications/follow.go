package applications

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/previewset/previewset/internal/kube"
)

const (
	// maxRequest bounds the time of one request for a page.
	maxRequest = 30 * time.Second
	// perPage is how many Applications a page has: at most, because a page with large ones is
	// requested again with less. One takes some 50 kB, and with thousands of resources 1 MB.
	perPage = 50
	// maxPages bounds a list: 100,000 Applications.
	maxPages = 2000
	// maxWatch is the time after which the server ends a watch, and maxSilence the additional
	// time after which a server that does not end it counts as lost.
	maxWatch   = 5 * time.Minute
	maxSilence = 30 * time.Second
	// settled is the time after which an open watch proves that the connection works.
	settled = 5 * time.Second
	// maxResumed is how often a watch is resumed without success before a new list.
	maxResumed = 3
)

// follow lists and watches until ctx ends.
func (w *Watcher) follow(ctx context.Context) {
	version := "" // of the newest change that is known; "" before the first list
	for ctx.Err() == nil {
		err := w.step(ctx, &version)
		if ctx.Err() != nil {
			return
		}
		pause := time.Duration(0)
		if err != nil {
			pause = w.failed(err, &version)
		}
		sleep(ctx, pause)
	}
}

// step lists the Applications, or watches them if they are known.
func (w *Watcher) step(ctx context.Context, version *string) (err error) {
	if *version == "" {
		*version, err = w.list(ctx)
		return err
	}
	return w.watch(ctx, version)
}

// failed notes a failure, and returns the time to wait.
func (w *Watcher) failed(err error, version *string) (pause time.Duration) {
	w.update(func(now time.Time) {
		before := w.fault.problem
		pause = w.fault.add(err, w.options.Namespace, w.known, now)
		if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) || w.fault.failures%maxResumed == 0 {
			*version = ""
		}
		if w.fault.problem != before {
			w.options.Log.Warn("the Applications can't be read: their states may be out of date", "error", w.fault.problem)
		}
	})
	return pause
}

// works notes that the connection works.
func (w *Watcher) works() {
	w.update(func(time.Time) {
		if w.fault.problem != "" {
			w.options.Log.Info("the Applications can be read again")
		}
		w.fault = fault{}
	})
}

func (w *Watcher) request(verb string, query url.Values) kube.Request {
	return kube.Request{
		Method: http.MethodGet, Path: "apis/argoproj.io/v1alpha1/namespaces/" + w.options.Namespace + "/applications",
		Query: query, Verb: verb, Resource: "applications.argoproj.io",
	}
}

// list reads all Applications, and returns the version of the list.
func (w *Watcher) list(ctx context.Context) (version string, err error) {
	var all []listed
	full := false
	query := url.Values{"limit": {strconv.Itoa(perPage)}}
	for range maxPages {
		next, err := w.page(ctx, query, func(l listed) {
			switch {
			case l.facts == nil && l.err == nil:
			case len(all) < maxApplications:
				all = append(all, l)
			default:
				full = true
			}
		})
		if err != nil {
			return "", err
		}
		version = next.ResourceVersion
		if next.Continue == "" {
			w.update(func(now time.Time) {
				w.index.replace(all, full, now)
				w.known = true
			})
			return version, nil
		}
		query.Set("continue", next.Continue)
	}
	return "", fmt.Errorf("%w: there are more than %d pages of Applications", kube.ErrTooLarge, maxPages)
}

// position is the metadata of a list.
type position struct {
	ResourceVersion string `json:"resourceVersion"`
	Continue        string `json:"continue"`
}

// page reads a page, and calls add with each of its Applications. If the page is too large, it
// requests smaller ones, and reduces the limit in query.
func (w *Watcher) page(ctx context.Context, query url.Values, add func(listed)) (position, error) {
	var page struct {
		Kind     string           `json:"kind"`
		Metadata position         `json:"metadata"`
		Items    []jsontext.Value `json:"items"`
	}
	body, err := w.client.Do(ctx, w.request("list", query))
	for limit := perPage / 2; errors.Is(err, kube.ErrTooLarge) && limit > 0; limit /= 2 {
		query.Set("limit", strconv.Itoa(limit))
		body, err = w.client.Do(ctx, w.request("list", query))
	}
	if err != nil {
		return position{}, err
	}
	if err := unmarshal(body, &page); err != nil {
		return position{}, errors.New("the response is not a valid list")
	}
	if page.Kind != "ApplicationList" || page.Metadata.ResourceVersion == "" {
		return position{}, fmt.Errorf("the response is of kind %.50q, want ApplicationList with a version", page.Kind)
	}
	for _, item := range page.Items {
		l, _, err := w.place.decode(item)
		if err != nil {
			return position{}, err
		}
		add(l)
	}
	return page.Metadata, nil
}
