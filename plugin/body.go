package plugin

import (
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"
)

// firstRead is the size of the buffer for the begin of a body, in bytes, and growth is the factor
// by which it grows.
const (
	firstRead = 32 << 10
	growth    = 4
)

// maxRefusal bounds the time to write the answer to a caller that was ended. Others use its memory.
const maxRefusal = time.Second

// readBody reads the body of a request, in memory that the caller of the request reserves as the
// bytes arrive. release must be called when the body is no longer used. Until then, the caller is
// not ended.
func readBody(c echo.Context, maxBody int64) (body []byte, release func(), err error) {
	request, caller := c.Request(), callerOf(c.Request().Context())
	control := http.NewResponseController(c.Response())
	//promise:slow-bodies-yield
	caller.interruptible(func() {
		// If one fails, the timeouts of the request end it.
		_ = control.SetReadDeadline(time.Unix(1, 0))
		//promise:ended-callers-need-not-read
		_ = control.SetWriteDeadline(time.Now().Add(maxRefusal))
	})
	r := &bodyReader{
		from: http.MaxBytesReader(c.Response(), request.Body, maxBody), caller: caller,
		size: min(max(request.ContentLength, -1), maxBody), max: maxBody,
	}
	err = &http.MaxBytesError{Limit: maxBody}
	if request.ContentLength <= maxBody {
		err = r.readAll()
	}
	caller.startWait()
	release = func() {
		caller.release(int64(cap(r.buf)))
		//promise:unread-answers-yield
		caller.endWait()
	}
	//promise:ended-callers-are-disconnected
	if err != nil || caller.isEnded() { // otherwise net/http reads the rest, or the next request
		c.Response().Header().Set(echo.HeaderConnection, "close")
	}
	if err != nil {
		release()
		return nil, nil, bodyError(err, caller)
	}
	return r.buf, release, nil
}

// bodyError returns the failure for an error of reading a body. Each of them is a fault of the
// client or of its connection.
func bodyError(err error, caller *caller) error {
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fail(http.StatusRequestEntityTooLarge, "the body is too large", err)
	case caller.isEnded(), errors.Is(err, errBusy):
		return errBusy
	case errors.Is(err, os.ErrDeadlineExceeded):
		return fail(http.StatusRequestTimeout, "the body did not arrive in time", err)
	}
	return fail(http.StatusBadRequest, "the body is incomplete or malformed", err)
}

// bodyReader reads a body into a buffer that grows with it.
type bodyReader struct {
	from   io.Reader
	caller *caller
	size   int64 // the declared size; -1 if there is none
	max    int64
	buf    []byte
}

func (r *bodyReader) readAll() error {
	for {
		if len(r.buf) == cap(r.buf) {
			if err := r.grow(); err != nil {
				return err
			}
		}
		n, err := r.from.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		r.caller.receive(n)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// grow makes the buffer larger. One byte more than the body is for the end of the body.
func (r *bodyReader) grow() error {
	most := r.max
	if r.size >= 0 {
		most = r.size
	}
	size := min(max(firstRead, growth*int64(cap(r.buf))), most+1)
	if err := r.caller.reserve(size); err != nil {
		return err
	}
	old := int64(cap(r.buf))
	r.buf = append(make([]byte, 0, size), r.buf...)
	r.caller.release(old)
	return nil
}
