package config

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Duration is a time.Duration, written as in Go with days in addition: 60s, 3d, 1d12h.
type Duration time.Duration

const day = 24 * time.Hour

// daysPattern matches a duration with days: the sign, the days and the rest.
var daysPattern = regexp.MustCompile(`^([+-]?)([0-9]+(?:\.[0-9]*)?|\.[0-9]+)d([0-9.].*)?$`)

// ParseDuration parses text such as 60s, 72h, 3d or 1d12h. A day has 24 hours.
func ParseDuration(text string) (Duration, error) {
	m := daysPattern.FindStringSubmatch(text)
	if m == nil {
		d, err := time.ParseDuration(text)
		return Duration(d), err
	}
	days, err := strconv.ParseFloat(m[2], 64)
	if err != nil || days*float64(day) >= math.MaxInt64 {
		return 0, errTooLong
	}
	var rest time.Duration
	if m[3] != "" {
		if rest, err = time.ParseDuration(m[3]); err != nil {
			return 0, err
		}
	}
	sum := time.Duration(days*float64(day)) + rest
	switch {
	case sum < 0:
		return 0, errTooLong
	case m[1] == "-":
		sum = -sum
	}
	return Duration(sum), nil
}

var errTooLong = errors.New("the duration is too long")

// String returns text that ParseDuration parses, such as 90s, 15m or 1d12h.
func (d Duration) String() string {
	switch {
	case d == math.MinInt64:
		return time.Duration(d).String()
	case d < 0:
		return "-" + (-d).String()
	}
	days, rest := d/Duration(day), time.Duration(d%Duration(day))
	text := rest.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	switch {
	case days == 0:
		return text
	case rest == 0:
		text = ""
	}
	return strconv.FormatInt(int64(days), 10) + "d" + text
}
