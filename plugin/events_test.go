package plugin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/plugin"
)

// piped is a server that clients reach by net.Pipe, so that its timeouts use the time of a
// bubble of synctest.
type piped struct {
	*http.Server
	t     *testing.T
	conns chan net.Conn
	ended chan struct{} // closed by Close
	once  sync.Once
}

func (p *piped) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.ended:
		return nil, net.ErrClosed
	}
}

func (p *piped) Close() error   { p.once.Do(func() { close(p.ended) }); return nil }
func (p *piped) Addr() net.Addr { return &net.IPAddr{} }

func servePiped(t *testing.T, handler http.Handler) *piped {
	t.Helper()
	p := &piped{Server: plugin.NewServer(handler, slog.New(slog.DiscardHandler)), t: t, conns: make(chan net.Conn), ended: make(chan struct{})}
	go func() {
		if err := p.Serve(p); !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("got %v from Serve, want %v", err, http.ErrServerClosed)
		}
	}()
	return p
}

// stop shuts the server down, and returns how long that took.
func (p *piped) stop() time.Duration {
	p.t.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := p.Shutdown(ctx); err != nil {
		p.t.Errorf("got %v from Shutdown, want none", err)
	}
	synctest.Wait()
	return time.Since(start)
}

// client reads a stream of events.
type client struct {
	t    *testing.T
	conn net.Conn

	mu    sync.Mutex
	lines []string
	ended bool
}

// connection is a connection with the begin of a response.
type connection struct {
	net.Conn
	status int
	header http.Header
	body   io.Reader
}

// request sends a request for a stream.
func (p *piped) request(path, token string) connection {
	p.t.Helper()
	near, far := net.Pipe()
	p.conns <- far
	go func() {
		_, _ = fmt.Fprintf(near, "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", path, token)
	}()
	response, err := http.ReadResponse(bufio.NewReader(near), nil) //nolint:bodyclose // it ends with the connection
	if err != nil {
		p.t.Fatal(err)
	}
	return connection{near, response.StatusCode, response.Header, response.Body}
}

// open opens a stream, and reads it until it ends.
func (p *piped) open(path, token string) *client {
	p.t.Helper()
	conn := p.request(path, token)
	if conn.status != http.StatusOK || conn.header.Get("Content-Type") != "text/event-stream" {
		p.t.Fatalf("got %d %v, want a stream", conn.status, conn.header)
	}
	c := &client{t: p.t, conn: conn}
	go func() {
		for lines := bufio.NewScanner(conn.body); lines.Scan(); {
			c.mu.Lock()
			c.lines = append(c.lines, lines.Text())
			c.mu.Unlock()
		}
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		_ = conn.Close()
	}()
	return c
}

// event is a server-sent event.
type event struct{ id, name, data string }

// events returns the events since the last call, validates their data, and forgets them.
func (c *client) events() (all []event) {
	c.t.Helper()
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	var e event
	for _, line := range c.lines {
		key, value, _ := strings.Cut(line, ": ")
		switch key {
		case "id":
			e.id = value
		case "event":
			e.name = value
		case "data":
			e.data = value
		case "":
			if line == "" && e.name != "" {
				all = append(all, e)
				e = event{}
			}
		default:
			c.t.Errorf("got line %q, want an event or a comment", line)
		}
	}
	c.lines = nil
	for _, e := range all {
		if err := openDescription(c.t).checkEvent(e); err != nil {
			c.t.Errorf("event %s: %v", e.name, err)
		}
	}
	return all
}

func (c *client) isEnded() bool {
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ended
}

// checkEvent validates the data of an event against its schema in x-events.
func (d description) checkEvent(e event) error {
	schema, ok := d.eventSchemas()[e.name]
	if !ok {
		return fmt.Errorf("the event is not described")
	}
	return d.checkJSON(strings.TrimPrefix(schema, "#/components/schemas/"), []byte(e.data))
}

// eventSchemas returns the schemas of events by name.
func (d description) eventSchemas() map[string]string {
	content := d.Paths.Value("/api/v1/events").Get.Responses.Value("200").Value.Content["text/event-stream"]
	schemas := map[string]string{}
	for name, schema := range content.Extensions["x-events"].(map[string]any) {
		schemas[name] = schema.(string)
	}
	return schemas
}

// texts returns events as "name set/id state".
func texts(events []event) (all []string) {
	for _, e := range events {
		var data struct{ Set, ID, State string }
		_ = json.Unmarshal([]byte(e.data), &data) // events validates it
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s/%s %s", e.name, data.Set, data.ID, data.State)))
	}
	return all
}

func (c *client) want(step string, want ...string) {
	c.t.Helper()
	if got := texts(c.events()); !slices.Equal(got, want) {
		c.t.Errorf("%s: got %q, want %q", step, got, want)
	}
}

// inBubble runs a test with a service and a server in a bubble of synctest.
func inBubble(t *testing.T, test func(t *testing.T, s *service, p *piped), sets ...string) {
	t.Helper()
	openDescription(t)
	synctest.Test(t, func(t *testing.T) {
		s := newService(t, sets...)
		set(s, &s.readToken, "r34d-token")
		p := servePiped(t, s)
		test(t, s, p)
		p.stop()
	})
}

func TestStreamHasSnapshotAndThenChanges(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		s.publish(t, "shop", "pr-1", "pr-2")
		c := p.open("/api/v1/events", "r34d-token")
		first := c.events()
		if got := s.call(http.MethodGet, "/api/v1/previews", "").Body.String(); len(first) != 1 || first[0] != (event{"1", "snapshot", strings.TrimSpace(got)}) {
			t.Fatalf("got %q, want the snapshot %s", first, got)
		}
		s.publish(t, "shop", "pr-1", "pr-2")
		c.want("equal snapshot")
		s.publish(t, "shop", "pr-3", "pr-2")
		c.want("one change for another", "preview-removed shop/pr-1", "preview shop/pr-3 committed")
		s.board.Failed("web", "the source is not found")
		c.want("failure", "set web/")
		s.board.Failed("web", "the source is not found")
		c.want("equal failure")
		set(s, &s.now, s.now.Add(time.Minute))
		s.publish(t, "web", "pr-9")
		c.want("first snapshot of a set", "set web/", "preview web/pr-9 committed")
		s.board.Configure([]string{"web", "api"}, maxAge)
		c.want("other sets", "set-removed shop/", "set api/")
		s.board.Warn("entries", map[string][]generator.Warning{"shop": {{Subject: "previews/shop", Message: "it has entries"}}})
		c.want("leftovers", "set shop/")
		s.board.Warn("entries", nil)
		c.want("leftovers are deleted", "set-removed shop/")
		s.board.Configure([]string{"shop"}, maxAge)
		c.want("sets again", "set-removed web/", "set-removed api/", "set shop/")
	}, "shop", "web")
}

func TestStreamOfSets(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		c := p.open("/api/v1/events?set=shop", token)
		c.want("start", "snapshot /")
		s.publish(t, "web", "pr-1")
		c.want("another set")
		s.publish(t, "shop", "pr-1")
		c.want("the set", "set shop/", "preview shop/pr-1 committed")
		s.board.Configure([]string{"web"}, maxAge)
		c.want("the set is removed", "set-removed shop/")
	}, "shop", "web")
}

// Two changes have one id while one of them waits for the end of a preview of a former
// source. The id is removed with the last of them.
func TestStreamWithTwoChangesOfOneID(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		held := generator.Placed{Preview: generator.Preview{
			Set: "shop", Names: generator.Names{ID: "pr-1"}, Change: generator.Change{Kind: generator.PullRequest, Number: 1},
			Held: generator.Verdict{Reason: generator.ReasonSource, Detail: "it is of a former source"},
		}}
		waiting := generator.Dropped{
			Change: generator.Change{Kind: generator.PullRequest, Number: 1}, ID: "pr-1",
			Verdict: generator.Verdict{Reason: generator.ReasonName, Detail: "another preview has its id"},
		}
		with := func(previews []generator.Placed, dropped ...generator.Dropped) {
			publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now, Previews: previews, Dropped: dropped})
		}
		with([]generator.Placed{held})
		c := p.open("/api/v1/events", token)
		c.want("start", "snapshot /")
		with([]generator.Placed{held}, waiting)
		c.want("both", "preview shop/pr-1 held", "preview shop/pr-1 waiting")
		with([]generator.Placed{held})
		c.want("one", "preview shop/pr-1 held")
		with(nil)
		c.want("none", "preview-removed shop/pr-1")
	}, "shop")
}

// Without a change there are comments. The stream reports that a snapshot gets too old, and
// outlives all timeouts of the server.
func TestStreamOutlivesTimeouts(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		s.publish(t, "shop", "pr-1")
		c := p.open("/api/v1/events", token)
		c.want("start", "snapshot /")
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		c.mu.Lock()
		comments := len(slices.DeleteFunc(slices.Clone(c.lines), func(line string) bool { return !strings.HasPrefix(line, ":") }))
		c.mu.Unlock()
		if comments != 40 {
			t.Errorf("got %d comments in 10 minutes, want one every 15 s", comments)
		}
		c.want("no change")
		set(s, &s.now, s.now.Add(maxAge+1))
		time.Sleep(15 * time.Second)
		if got := c.events(); len(got) != 1 || !strings.Contains(got[0].data, `"stale":true,"problem":"the newest snapshot`) {
			t.Errorf("got %q, want a stale set", got)
		}
		if c.isEnded() {
			t.Error("the stream ended")
		}
	}, "shop")
}

// Shutdown of net/http waits for open requests. One of the readers does not read.
func TestStreamsEndAtStop(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		var clients []*client
		for range 3 {
			clients = append(clients, p.open("/api/v1/events", token))
		}
		slow := p.request("/api/v1/events", token)
		defer func() { _ = slow.Close() }()
		synctest.Wait()
		if took := p.stop(); took > 2*time.Second {
			t.Errorf("the stop took %s, want at most 2s", took)
		}
		for _, c := range clients {
			if !c.isEnded() {
				t.Error("a stream is open after the stop")
			}
		}
	}, "shop")
}

// The service stops in the same moment as it begins to write changes to readers that do not
// read.
func TestStreamsEndAtStopDuringChange(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		for range 50 {
			slow := p.request("/api/v1/events", token)
			defer func() { _ = slow.Close() }()
			for lines := bufio.NewScanner(slow.body); lines.Scan() && lines.Text() != ""; {
				continue
			}
		}
		synctest.Wait()
		p.RegisterOnShutdown(func() { s.board.Failed("shop", "it stops") })
		if took := p.stop(); took > 2*time.Second {
			t.Errorf("the stop took %s, want at most 2s", took)
		}
	}, "shop")
}

// A client announces a body and does not send it.
func TestStreamWithoutItsBodyEndsAtStop(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		near, far := net.Pipe()
		defer func() { _ = near.Close() }()
		p.conns <- far
		if _, err := fmt.Fprintf(near, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nAuthorization: Bearer %s\r\n\r\n", token); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if took := p.stop(); took > 2*time.Second {
			t.Errorf("the stop took %s, want at most 2s", took)
		}
	}, "shop")
}

// A rotated token opens no more events.
func TestStreamEndsAfterTokenIsRotated(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		reader, full := p.open("/api/v1/events", s.readToken), p.open("/api/v1/events", token)
		synctest.Wait()
		set(s, &s.readToken, "another")
		s.publish(t, "shop", "pr-1")
		reader.want("read token", "snapshot /")
		full.want("token", "snapshot /", "set shop/", "preview shop/pr-1 committed")
		if !reader.isEnded() || full.isEnded() {
			t.Errorf("got ended streams %t with the read token and %t with the token, want only the first", reader.isEnded(), full.isEnded())
		}
		set(s, &s.token, "another one")
		time.Sleep(15 * time.Second)
		if !full.isEnded() {
			t.Error("a stream is open 15 s after its token was rotated")
		}
	}, "shop")
}

// A reader that does not read is disconnected, and gets no queue.
func TestSlowReaderIsDisconnected(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		conn := p.request("/api/v1/events", token)
		defer func() { _ = conn.Close() }()
		if conn.status != http.StatusOK {
			t.Fatalf("got %d, want a stream", conn.status)
		}
		for i := range 100 {
			s.publish(t, "shop", fmt.Sprintf("pr-%d", i))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if _, err := conn.Write([]byte("x")); err == nil {
			t.Error("the connection is open after a minute")
		}
	}, "shop")
}

// A reader that is slow gets several changes as one.
func TestChangesAreCombinedForSlowReader(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, s *service, p *piped) {
		conn := p.request("/api/v1/events", token)
		defer func() { _ = conn.Close() }()
		lines := bufio.NewReader(conn.body)
		skip := func(n int) (last string) {
			for range n {
				last, _ = lines.ReadString('\n')
			}
			return last
		}
		synctest.Wait() // the snapshot is being written
		for i := range 50 {
			set(s, &s.now, s.now.Add(time.Second))
			publish(t, s, &generator.Snapshot{Set: "shop", TakenAt: s.now, Warnings: []generator.Warning{{Subject: fmt.Sprint(i)}}})
		}
		skip(4)
		synctest.Wait()
		if got := skip(3); !strings.Contains(got, `"subject":"49"`) {
			t.Errorf("got %s, want the last change", got)
		}
	}, "shop")
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	const bound = 100
	inBubble(t, func(t *testing.T, _ *service, p *piped) {
		var clients []*client
		for range bound {
			clients = append(clients, p.open("/api/v1/events", token))
		}
		for range 2 {
			conn := p.request("/api/v1/events", token)
			if conn.status != http.StatusServiceUnavailable {
				t.Errorf("got %d beyond the bound, want %d", conn.status, http.StatusServiceUnavailable)
			}
			_ = conn.Close()
		}
		synctest.Wait()
		_ = clients[0].conn.Close()
		synctest.Wait()
		p.open("/api/v1/events", token)
	}, "shop")
}
