package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/term"
)

// progressDelay is the time after which work is reported, and the time between two
// reports.
const progressDelay = time.Second

// progressLine is a line on stderr that names the work in progress. It appears only on a
// terminal, and is rewritten in place. Output erases it first.
type progressLine struct {
	w     io.Writer  // nil without a terminal
	width func() int // of the terminal, in columns; 0 if it is not known

	mu    sync.Mutex
	tasks []*string // the last one is shown
	begun time.Time // of the first task
	shown bool
	stop  func() // ends the goroutine that draws the line, and waits for its end
}

// newProgressLine returns the line of the terminal w, or a line that never appears.
func newProgressLine(w io.Writer) *progressLine {
	p := &progressLine{}
	if f, ok := w.(*os.File); ok && isTerminal(w) && !dumb() {
		p.w = w
		p.width = func() int {
			width, _, _ := term.GetSize(int(f.Fd())) // 0 after an error
			return width
		}
	}
	return p
}

// working reports work on stderr from its second second until done is called or ctx ends.
// Nested work replaces the report of the work around it, and continues its time.
func (t *terminal) working(ctx context.Context, format string, args ...any) (done func()) {
	return t.line.begin(ctx, oneLine(fmt.Sprintf(format, args...)))
}

func (p *progressLine) begin(ctx context.Context, task string) (done func()) {
	if p.w == nil {
		return func() {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.tasks) == 0 {
		p.begun = time.Now()
		p.start(ctx)
	}
	p.tasks = append(p.tasks, &task)
	if p.shown {
		p.draw()
	}
	return sync.OnceFunc(func() { p.end(&task) })
}

// start starts the goroutine that draws the line.
func (p *progressLine) start(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	p.stop = func() {
		cancel()
		<-ended
	}
	go func() {
		defer close(ended)
		ticker := time.NewTicker(progressDelay)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				p.locked(p.erase)
				return
			case <-ticker.C:
				p.locked(p.draw)
			}
		}
	}()
}

func (p *progressLine) end(task *string) {
	p.mu.Lock()
	p.tasks = slices.DeleteFunc(p.tasks, func(other *string) bool { return other == task })
	stop := p.stop
	if len(p.tasks) > 0 {
		stop = func() {}
	}
	p.mu.Unlock()
	stop()
}

func (p *progressLine) locked(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// draw writes the line. Its caller holds the lock, as the caller of erase does.
func (p *progressLine) draw() {
	if len(p.tasks) == 0 {
		return
	}
	text := fmt.Sprintf("%s … %ds", *p.tasks[len(p.tasks)-1], int(time.Since(p.begun).Seconds()))
	if width := p.width(); width > 0 { // a wrapped line could not be erased
		runes := []rune(text)
		text = string(runes[:min(len(runes), width-1)])
	}
	p.erase()
	_, _ = io.WriteString(p.w, text)
	p.shown = true
}

func (p *progressLine) erase() {
	if p.shown {
		_, _ = io.WriteString(p.w, eraseLine)
		p.shown = false
	}
}

// eraseLine moves the cursor to the begin of the line, and erases the line.
const eraseLine = "\r\x1b[K"
