package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
)

// The names of events.
const (
	eventSnapshot       = "snapshot"
	eventSet            = "set"
	eventSetRemoved     = "set-removed"
	eventPreview        = "preview"
	eventPreviewRemoved = "preview-removed"
)

// maxWrite bounds the time to write an event. A reader that is slower is disconnected.
const maxWrite = 30 * time.Second

var errEnded = fail(http.StatusServiceUnavailable, "previewset is stopping", nil)

// stream is a stream of events. Instead of a queue, it has the sets that it has sent, and
// sends the difference to the current ones. So a slow reader needs no memory, and gets
// several changes of a preview as one.
type stream struct {
	names    []string        // of the sets to send; empty for all
	done     <-chan struct{} // closed when the request ends
	response *echo.Response
	control  *http.ResponseController
	sent     []boardSet
	events   int // number of events so far
}

// removedView is the data of the events set-removed and preview-removed.
type removedView struct {
	Set string `json:"set"`
	// ID is "" if the set was removed.
	ID string `json:"id,omitempty"`
}

// start writes the headers and the event snapshot. The stream then has no timeout except
// maxWrite.
func (st *stream) start(sets []boardSet) error {
	doc, err := newDocument(sets, nil)
	if err != nil {
		return err
	}
	header := st.response.Header()
	header.Set(echo.HeaderContentType, "text/event-stream")
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set("X-Accel-Buffering", "no") // nginx would buffer events
	st.sent = sets
	if err := st.send(eventSnapshot, doc); err != nil {
		return err
	}
	return st.control.Flush()
}

// update sends the difference between the sets that were sent and these sets.
func (st *stream) update(sets []boardSet) error {
	sets = slices.DeleteFunc(sets, func(s boardSet) bool { return len(st.names) > 0 && !slices.Contains(st.names, s.Set) })
	for _, before := range st.sent {
		if _, ok := findSet(sets, before.Set); ok {
			continue
		}
		if err := st.send(eventSetRemoved, removedView{Set: before.Set}); err != nil {
			return err
		}
	}
	for _, set := range sets {
		before, _ := findSet(st.sent, set.Set)
		if err := st.updateSet(before, set); err != nil {
			return err
		}
	}
	st.sent = sets
	return st.control.Flush()
}

// updateSet sends the difference between two states of a set. before is zero for a new set.
func (st *stream) updateSet(before, now boardSet) error {
	if !reflect.DeepEqual(before.SetView, now.SetView) {
		if err := st.send(eventSet, now.SetView); err != nil {
			return err
		}
	}
	if before.state == now.state {
		return nil
	}
	old, err := before.state.byID()
	if err != nil {
		return err
	}
	current, err := now.state.byID()
	if err != nil {
		return err
	}
	return st.updatePreviews(now.Set, old, current)
}

// updatePreviews sends the difference between the states of the previews of a set.
func (st *stream) updatePreviews(set string, old, current map[string][]json.RawMessage) error {
	for _, id := range slices.Sorted(maps.Keys(old)) {
		if current[id] != nil {
			continue
		}
		if err := st.send(eventPreviewRemoved, removedView{Set: set, ID: id}); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(current)) {
		if slices.EqualFunc(old[id], current[id], equalJSON) {
			continue
		}
		for _, state := range current[id] {
			if err := st.send(eventPreview, state); err != nil {
				return err
			}
		}
	}
	return nil
}

func equalJSON(a, b json.RawMessage) bool { return bytes.Equal(a, b) }

func findSet(sets []boardSet, name string) (boardSet, bool) {
	i := slices.IndexFunc(sets, func(s boardSet) bool { return s.Set == name })
	if i < 0 {
		return boardSet{state: &setState{}}, false
	}
	return sets[i], true
}

// send writes an event. Its data is one line, because it is JSON without white space.
func (st *stream) send(event string, data any) error {
	encoded, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("event %s: %w", event, err)
	}
	st.events++
	return st.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", st.events, event, encoded))
}

func (st *stream) write(text string) error {
	//promise:streams-outlive-the-write-timeout
	if err := st.control.SetWriteDeadline(time.Now().Add(maxWrite)); err != nil {
		return fmt.Errorf("write deadline: %w", err)
	}
	select {
	case <-st.done: // the deadline may have replaced that of interruptAfter
		return errors.Join(errEnded, st.interrupt())
	default:
	}
	if _, err := st.response.Write([]byte(text)); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// interrupt ends the current write, and the end of the stream, within a second. Before its
// first write, net/http reads the body of the request, which can be missing.
func (st *stream) interrupt() error {
	soon := time.Now().Add(time.Second)
	return errors.Join(st.control.SetReadDeadline(soon), st.control.SetWriteDeadline(soon))
}

// interruptAfter ends the current write soon after ctx, so that a slow reader does not delay
// the end of the service. There is time left to write the end of the stream. The caller
// must call stop before the response is invalid.
func (st *stream) interruptAfter(ctx context.Context) (stop func()) {
	ended := make(chan struct{})
	cancel := context.AfterFunc(ctx, func() {
		defer close(ended)
		_ = st.interrupt() // if it fails, the write ends after maxWrite
	})
	return func() {
		if !cancel() {
			<-ended
		}
	}
}
