package mysql_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/previewset/previewset/internal/database/mysql"
)

const canary = "c4nary-passw0rd"

func TestOpenRefusesURLs(t *testing.T) {
	for _, c := range []struct{ name, url, want string }{
		{"invalid URL", "mysql://root:" + canary + "@[::1:3306/", "not a valid URL"},
		{"password not escaped", "mysql://root:" + canary + "/x@db:3306/", "not a valid URL"},
		{"another scheme", "postgres://root:" + canary + "@db/", "scheme"},
		{"a driver's DSN", "root:" + canary + "@tcp(db:3306)/", "URL"},
		{"no user", "mysql://:" + canary + "@db/", "no user"},
		{"no password", "mysql://root@db/", "no password"},
		{"no credentials", "mysql://db/", "no user"},
		{"no host", "mysql://root:" + canary + "@:3306/", "no host"},
		{"a database", "mysql://root:" + canary + "@db/shop", "it has parts other than"},
		{"a fragment", "mysql://root:" + canary + "@db/#x", "it has parts other than"},
		{"port 0", "mysql://root:" + canary + "@db:0/", "port"},
		{"port too high", "mysql://root:" + canary + "@db:65536/", "port"},
		{"several statements", "mysql://root:" + canary + "@db/?multiStatements=true", "tls"},
		{"two options", "mysql://root:" + canary + "@db/?tls=true&allowAllFiles=true", "tls"},
		{"tls twice", "mysql://root:" + canary + "@db/?tls=true&tls=false", "tls"},
		{"unknown tls", "mysql://root:" + canary + "@db/?tls=maybe", "maybe"},
		{"unreadable query", "mysql://root:" + canary + "@db/?tls=%zz", "query"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := mysql.Open(t.Context(), c.url)
			if err == nil {
				s.Close()
				t.Fatal("got no error")
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got error %q, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the error %q holds the password", err)
			}
		})
	}
}

func TestOpenFailsWithoutAServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
			c.Close()
		}
	}()
	answers := "mysql://root:" + canary + "@" + listener.Addr().String() + "/"
	t.Cleanup(func() { listener.Close() })
	for _, url := range []string{answers, "mysql://root:" + canary + "@127.0.0.1:1/?tls=true"} {
		began := time.Now()
		s, err := mysql.Open(t.Context(), url)
		if err == nil {
			s.Close()
			t.Fatalf("got no error for %s", url)
		}
		if strings.Contains(err.Error(), canary) {
			t.Errorf("error %q holds the password", err)
		}
		if took := time.Since(began); took > 20*time.Second {
			t.Errorf("Open took %s, want at most 20s", took)
		}
	}
}
