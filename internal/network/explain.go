package network

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// explained is an error of a library with a text for people.
type explained struct {
	text  string
	cause error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.cause }

// ErrStatus means that a server, or a proxy in front of it, was reached and answered with a
// status such as 500.
var ErrStatus = errors.New("the server answered with status")

// Status returns an ErrStatus with the status.
func Status(status int) error { return fmt.Errorf("%w %d", ErrStatus, status) }

// Explain returns an error that wraps err, and says in words for people why a connection
// failed. It returns err if it does not know such words. The text around
// an error of a library is lost.
func Explain(err error) error {
	var known *explained
	if err == nil || errors.Is(err, context.Canceled) || errors.As(err, &known) {
		return err
	}
	if text := words(err); text != "" {
		return &explained{text, err}
	}
	return err
}

func words(err error) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return "the host " + name.Name + " does not exist"
	case errors.As(err, &name):
		return "the address of the host " + name.Name + " can't be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return peerOf(err) + " refuses the connection"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "the network has no route to " + peerOf(err)
	case errors.As(err, &certificate):
		return "the certificate of the server is not valid here: " + certificateProblem(certificate.Err)
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &record):
		return "the server does not use TLS: write http:// instead of https://, or the port with TLS"
	case isTimeout(err):
		return timeoutWords(err)
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the server closed the connection before its answer was complete"
	}
	return ""
}

// peerOf returns the address of the server that err is about.
func peerOf(err error) string {
	var failed *net.OpError
	if errors.As(err, &failed) && failed.Addr != nil {
		return failed.Addr.String()
	}
	return "the server"
}

func isTimeout(err error) bool {
	var timed interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timed) && timed.Timeout()
}

func timeoutWords(err error) string {
	var timeout TimeoutError
	var failed *net.OpError
	switch {
	case errors.As(err, &failed) && failed.Op == "dial" && failed.Addr != nil:
		return failed.Addr.String() + " does not answer"
	case errors.As(err, &timeout):
		return timeout.Error()
	}
	return "the server did not answer in time"
}

// certificateProblem returns why a certificate is not valid.
func certificateProblem(err error) string {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &unknown):
		return "no authority that this machine trusts has signed it"
	case errors.As(err, &host):
		return "it is not for the host " + host.Host
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired, or the clock of this machine is wrong"
	}
	return strings.TrimPrefix(err.Error(), "x509: ")
}
