package stack

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strconv"
)

// startRedis starts the cache of Argo CD and returns its address.
func startRedis(ctx context.Context, p *Processes) (address string, err error) {
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		return "", fmt.Errorf("redis-server, which Argo CD requires, is missing: install it (Debian: apt-get install redis-server): %w", err)
	}
	ports, err := freePorts(1)
	if err != nil {
		return "", err
	}
	process, err := p.Start(Command{Name: "redis", Path: binary, Args: []string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(ports[0]), "--save", "", "--appendonly", "no",
	}})
	if err != nil {
		return "", err
	}
	address = fmt.Sprintf("127.0.0.1:%d", ports[0])
	return address, process.Await(ctx, accepts(address))
}

// accepts returns a condition for Await: address accepts connections.
func accepts(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	}
}
