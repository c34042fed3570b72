package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/previewset/previewset/internal/config"
	"github.com/previewset/previewset/internal/spelling"
	"github.com/previewset/previewset/internal/wiring"
)

// flags holds the flags that several commands share. Each command adds the flags
// that it needs.
type flags struct {
	t         *terminal
	command   *cobra.Command
	logFormat string
	logLevel  slog.Level
	config    string
	output    string
	sets      []string
}

func newFlags(t *terminal, c *cobra.Command) *flags { return &flags{t: t, command: c} }

// withLog adds the flags of commands that log.
func (f *flags) withLog() {
	f.addFormat(&f.logFormat, "log-format", "text", "json")
	f.command.Flags().Var(level{&f.logLevel}, "log-level", "`LEVEL`: "+spelling.Enumerate(logLevels(), "or"))
	completeFlag(f.command, "log-level", oneOf(logLevels()...))
}

// withConfig adds the flag of commands that read a configuration.
func (f *flags) withConfig() {
	def := os.Getenv("PREVIEWSET_CONFIG")
	if def == "" {
		def = "/etc/previewset/config.yaml"
	}
	f.command.Flags().StringVar(&f.config, "config", def, "configuration `FILE`, or $PREVIEWSET_CONFIG")
	completeFlag(f.command, "config", yamlFiles())
}

// parts loads the configuration and returns its parts.
func (f *flags) parts(log *slog.Logger) (*wiring.Parts, error) {
	c, err := config.Load(f.config)
	if err != nil {
		return nil, withRemedy(err, "name the file with --config")
	}
	return wire(c, log)
}

// withRemedy adds a remedy to the error of a configuration file that can't be read: remedy, which
// is how to name another file, unless the file is the right one. It returns other errors unchanged.
func withRemedy(err error, remedy string) error {
	unread := new(config.ReadError)
	switch {
	case !errors.As(err, &unread), errors.Is(err, config.ErrUnstable):
		return err
	case errors.Is(err, fs.ErrPermission):
		remedy = "give this user the right to read the file"
	}
	return fmt.Errorf("%w: %s", err, remedy)
}

// wire makes the parts of c for a command. Lists of changes are not cached.
func wire(c *config.Config, log *slog.Logger) (*wiring.Parts, error) {
	return wiring.Wire(c, wiring.Options{Log: log, Now: time.Now, Fresh: true})
}

// withOutput adds the flag of commands that print for people or programs.
func (f *flags) withOutput() {
	f.addFormat(&f.output, "output", "text", "json")
}

func (f *flags) usage(format string, args ...any) error {
	return newUsageError(f.command, format, args...)
}

func (f *flags) json() bool { return f.output == "json" }

// logger returns a logger with the format and level of the flags.
func (f *flags) logger() *slog.Logger {
	o := &slog.HandlerOptions{Level: f.logLevel}
	log := slog.New(slog.NewTextHandler(f.t.stderr, o))
	if f.logFormat == "json" {
		log = slog.New(slog.NewJSONHandler(f.t.stderr, o))
	}
	f.t.log.Store(log)
	return log
}

// addFormat adds a flag for a format. Its value is one of formats; the first is the
// default.
func (f *flags) addFormat(value *string, name string, formats ...string) {
	*value = formats[0]
	f.command.Flags().Var(choice{value, formats}, name, "`FORMAT`: "+spelling.Enumerate(formats, "or"))
	completeFlag(f.command, name, oneOf(formats...))
}

// addDuration adds a flag for a duration. Its value has the form of durations in the
// configuration.
func (f *flags) addDuration(value *time.Duration, name string, def time.Duration, usage string) {
	*value = def
	f.command.Flags().Var(durationFlag{value}, name, usage)
}

// durationFlag is a flag value such as 5m or 3d.
type durationFlag struct{ *time.Duration }

func (d durationFlag) String() string {
	if *d.Duration == 0 {
		return "0" // the help omits this default
	}
	return config.Duration(*d.Duration).String()
}

func (d durationFlag) Type() string { return "duration" }

func (d durationFlag) Set(value string) error {
	parsed, err := config.ParseDuration(value)
	if err == nil {
		*d.Duration = time.Duration(parsed)
	}
	return err
}

// choice is a flag value that must be one of a list of words. An empty value selects
// the first word.
type choice struct {
	value   *string
	allowed []string
}

func (c choice) String() string { return *c.value }
func (c choice) Type() string   { return "string" }

func (c choice) Set(value string) error {
	if value != "" && !slices.Contains(c.allowed, value) {
		return &choiceError{c.allowed}
	}
	*c.value = cmp.Or(value, c.allowed[0])
	return nil
}

// choiceError lists the words that a choice allows.
type choiceError struct{ allowed []string }

func (e *choiceError) Error() string { return spelling.Enumerate(e.allowed, "or") }

func logLevels() []string { return []string{"debug", "info", "warn", "error"} }

// level is the value of --log-level. It accepts all levels of slog, such as warn+1.
type level struct{ *slog.Level }

func (l level) String() string { return strings.ToLower(l.Level.String()) }
func (l level) Type() string   { return "string" }

func (l level) Set(value string) error {
	if l.UnmarshalText([]byte(value)) != nil {
		return &choiceError{logLevels()}
	}
	return nil
}

// addWords adds a flag for a list of words. usage continues with the words that it allows.
func (f *flags) addWords(value *[]string, name, usage string, allowed []string) {
	f.command.Flags().Var(words{value, allowed}, name, usage+spelling.Enumerate(allowed, "and"))
	completeFlag(f.command, name, oneOf(allowed...))
}

// words is a flag value that is a list of words. The flag can be repeated, and a value can
// have several words with commas.
type words struct {
	value   *[]string
	allowed []string
}

func (w words) String() string { return strings.Join(*w.value, ",") }
func (w words) Type() string   { return "strings" }

func (w words) Set(value string) error {
	for word := range strings.SplitSeq(value, ",") {
		if !slices.Contains(w.allowed, word) {
			return &choiceError{w.allowed}
		}
		*w.value = append(*w.value, word)
	}
	return nil
}
