package applications

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/previewset/previewset/internal/kube"
)

// watch applies changes from version on until the server ends the watch, and moves version.
func (w *Watcher) watch(ctx context.Context, version *string) error {
	ctx, cancel := context.WithTimeout(ctx, maxWatch+maxSilence)
	defer cancel()
	query := url.Values{
		"watch": {"true"}, "allowWatchBookmarks": {"true"}, "resourceVersion": {*version},
		"timeoutSeconds": {strconv.Itoa(int(maxWatch / time.Second))},
	}
	var proof *time.Timer
	opened := func() { proof = time.AfterFunc(settled, w.works) }
	err := w.client.Watch(ctx, w.request("watch", query), opened, func(e kube.Event) error { return w.apply(e, version) })
	if proof != nil && proof.Stop() && err == nil {
		return errors.New("the server ended the watch at once")
	}
	if err == nil {
		w.relistIfFull(version)
	}
	return err
}

// relistIfFull clears version if the index lacks Applications: some of those that it has may
// be gone.
func (w *Watcher) relistIfFull(version *string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.index.full {
		*version = ""
	}
}

// apply applies one event, and sets version to its version.
func (w *Watcher) apply(e kube.Event, version *string) error {
	if e.Type == "BOOKMARK" {
		var bookmark struct {
			Metadata position `json:"metadata"`
		}
		if err := unmarshal(e.Object, &bookmark); err != nil || bookmark.Metadata.ResourceVersion == "" {
			return errors.New("the response has a bookmark without a version")
		}
		*version = bookmark.Metadata.ResourceVersion
		return nil
	}
	l, next, err := w.place.decode(e.Object)
	if err != nil {
		return err
	}
	if next == "" {
		return errors.New("the response has an object without a version")
	}
	w.update(func(now time.Time) {
		if e.Type == "DELETED" {
			w.index.remove(l.name)
		} else {
			w.index.put(l, now)
		}
	})
	*version = next
	return nil
}
