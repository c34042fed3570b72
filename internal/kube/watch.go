package kube

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// maxEvent bounds one event of a watch, in bytes. etcd stores objects of at most 1.5 MiB by
// default.
const maxEvent = 8 << 20

// Event is an event of a watch.
type Event struct {
	// Type is ADDED, MODIFIED, DELETED or BOOKMARK.
	Type   string          `json:"type"`
	Object json.RawMessage `json:"object"`
}

// Watch sends r, calls opened after the server has accepted it, and calls handle with each
// event until the server ends the response. An event is only valid during the call. ctx
// bounds the time. The errors are those of Do, and errors of handle; an event with an error is
// the status error in it.
func (c *Client) Watch(ctx context.Context, r Request, opened func(), handle func(Event) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	res, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		body, err := content(res)
		if err != nil {
			return err
		}
		return r.refused(res.StatusCode, body)
	}
	opened()
	// The server ends each event with a line break. (kubernetes, ServeHTTP in
	// apiserver/pkg/endpoints/handlers/watch.go, and the serializer json.)
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, maxEvent)
	for lines.Scan() {
		if err := r.event(lines.Bytes(), handle); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return fmt.Errorf("%w: an event has more than %d MiB", ErrTooLarge, maxEvent>>20)
	}
	return lines.Err()
}

func (r Request) event(line []byte, handle func(Event) error) error {
	var e Event
	if err := json.Unmarshal(line, &e); err != nil {
		return fmt.Errorf("the event is not valid: %w", err)
	}
	switch e.Type {
	case "ADDED", "MODIFIED", "DELETED", "BOOKMARK":
		return handle(e)
	case "ERROR":
		var status metav1.Status
		_ = json.Unmarshal(e.Object, &status) // statusError reports an object that is no Status
		return r.refused(int(status.Code), e.Object)
	}
	return fmt.Errorf("the event has the type %.50q", e.Type)
}
