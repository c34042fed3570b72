package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/wiring"
)

// flags are a subcommand's flags, with those that all have.
type flags struct {
	*flag.FlagSet
	t         *terminal
	synopsis  string
	logFormat string
	logLevel  slog.Level
	config    string
	output    string
}

func newFlags(t *terminal, name, operands, about string) *flags {
	f := &flags{FlagSet: flag.NewFlagSet(name, flag.ContinueOnError), t: t}
	f.synopsis = "previewset " + name + " [flags]"
	if operands != "" {
		f.synopsis += " " + operands
	}
	f.SetOutput(io.Discard)
	f.Usage = func() { f.help(about) }
	return f
}

func (f *flags) help(about string) {
	f.t.printf("%s\n\nUsage: %s\n", about, f.synopsis)
	f.SetOutput(f.t.stdout)
	f.PrintDefaults()
	f.SetOutput(io.Discard)
}

// withLog adds the flags of commands that log.
func (f *flags) withLog() {
	f.StringVar(&f.logFormat, "log-format", "text", "`text` or json")
	f.TextVar(&f.logLevel, "log-level", slog.LevelInfo, "`LEVEL`: debug, info, warn or error")
}

// withConfig adds the flag of commands that read a configuration.
func (f *flags) withConfig() {
	def := os.Getenv("PREVIEWSET_CONFIG")
	if def == "" {
		def = "/etc/previewset/config.yaml"
	}
	f.StringVar(&f.config, "config", def, "configuration `FILE`; the default is $PREVIEWSET_CONFIG, if it is set")
}

// parts returns what the configuration is made into.
func (f *flags) parts(log *slog.Logger) (*wiring.Parts, error) {
	c, err := config.Load(f.config)
	if err != nil {
		return nil, err
	}
	return wiring.Wire(c, wiring.Options{Log: log, Now: time.Now, Fresh: true})
}

// withOutput adds the flag of commands that print for people or programs.
func (f *flags) withOutput() {
	f.StringVar(&f.output, "output", "text", "`FORMAT`: text or json")
}

// parse takes flags and operands in any order, and wants from least to most of
// the latter.
func (f *flags) parse(args []string, least, most int) ([]string, error) {
	var operands []string
	for len(args) > 0 {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, f.usage("%v", err)
		}
		if f.NArg() == 0 {
			break
		}
		operands, args = append(operands, f.Arg(0)), f.Args()[1:]
	}
	if len(operands) < least || len(operands) > most {
		return nil, f.usage("want: %s", f.synopsis)
	}
	if f.output != "" && f.output != "text" && f.output != "json" {
		return nil, f.usage("--output is text or json, not %q", f.output)
	}
	if f.logFormat != "" && f.logFormat != "text" && f.logFormat != "json" {
		return nil, f.usage("--log-format is text or json, not %q", f.logFormat)
	}
	return operands, nil
}

func (f *flags) usage(format string, args ...any) error {
	return &usageError{command: f.Name() + " ", message: f.Name() + ": " + fmt.Sprintf(format, args...)}
}

func (f *flags) json() bool { return f.output == "json" }

// logger returns the log as the flags want it.
func (f *flags) logger() *slog.Logger {
	o := &slog.HandlerOptions{Level: f.logLevel}
	if f.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(f.t.stderr, o))
	}
	return slog.New(slog.NewTextHandler(f.t.stderr, o))
}
