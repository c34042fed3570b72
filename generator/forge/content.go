package forge

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"mime"
)

// The content types of webhooks.
const (
	typeJSON = "application/json"
	typeForm = "application/x-www-form-urlencoded"
)

// MaxBody returns the size of the largest body for a payload of maxPayload bytes, in bytes. In a
// form, each byte of the payload takes up to three. The error is ErrUnsupported.
func MaxBody(contentType string, maxPayload int64) (int64, error) {
	switch mediaType(contentType) {
	case typeJSON:
		return maxPayload, nil
	case typeForm:
		return int64(len("payload=")) + 3*maxPayload, nil
	}
	return 0, ErrUnsupported
}

// JSONPayload returns the JSON in the body of a webhook: the body itself, or the form
// field "payload" that GitHub uses by default. It decodes a form in place, because a copy of a
// large one would take much memory. The error is ErrUnsupported or ErrMalformed.
func JSONPayload(contentType string, body []byte) ([]byte, error) {
	switch mediaType(contentType) {
	case typeJSON:
		return body, nil
	case typeForm:
		return formPayload(body)
	}
	return nil, ErrUnsupported
}

// mediaType returns the media type in a Content-Type; "" if it is not valid.
func mediaType(contentType string) string {
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return media
}

// formPayload returns what url.ParseQuery returns for the field "payload" of a form. The payload
// overwrites a part of the form.
func formPayload(form []byte) (payload []byte, err error) {
	found := false
	for len(form) > 0 {
		var field []byte
		field, form, _ = bytes.Cut(form, []byte("&"))
		name, value, _ := bytes.Cut(field, []byte("="))
		if bytes.IndexByte(field, ';') >= 0 { // url.ParseQuery refuses it
			return nil, errNoForm
		}
		if name, err = unescape(name); err != nil {
			return nil, err
		}
		if value, err = unescape(value); err != nil {
			return nil, err
		}
		if !found && string(name) == "payload" {
			payload, found = value, true
		}
	}
	return payload, nil
}

var errNoForm = fmt.Errorf("%w: not a form", ErrMalformed)

// unescape decodes a name or a value of a form, in place.
func unescape(text []byte) ([]byte, error) {
	out := text[:0]
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '+':
			out = append(out, ' ')
		case '%':
			if i+2 >= len(text) {
				return nil, errNoForm
			}
			out = append(out, 0)
			if _, err := hex.Decode(out[len(out)-1:], text[i+1:i+3]); err != nil {
				return nil, errNoForm
			}
			i += 2
		default:
			out = append(out, c)
		}
	}
	return out, nil
}
