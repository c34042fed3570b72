package plugin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/previewset/previewset/generator"
)

// MaxStates bounds the size of the response of GET /api/v1/previews, in bytes.
const MaxStates = 64 << 20

// document is a StatesView with encoded states.
type document struct {
	Sets     []SetView         `json:"sets"`
	Previews []json.RawMessage `json:"previews"`
}

func (s *service) states(c echo.Context) error {
	query, err := queryOf(c)
	if err != nil {
		return err
	}
	states, err := query.states()
	if err != nil {
		return err
	}
	all, _ := s.opts.Board.view()
	sets, err := selectSets(all, query.values("set"))
	if err != nil {
		return err
	}
	doc, err := newDocument(sets, states)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, doc)
}

// newDocument returns the document of these sets, with changes in these states. No states
// means all of them.
func newDocument(sets []boardSet, states []generator.State) (document, error) {
	doc := document{Sets: []SetView{}, Previews: []json.RawMessage{}}
	for _, set := range sets {
		doc.Sets = append(doc.Sets, set.SetView)
	}
	around, err := json.Marshal(doc)
	if err != nil {
		return document{}, fmt.Errorf("sets: %w", err)
	}
	size := len(around) + len("\n")
	for _, set := range sets {
		encoded, err := set.state.encoded()
		if err != nil {
			return document{}, err
		}
		for _, e := range encoded {
			if len(states) > 0 && !slices.Contains(states, e.state) {
				continue
			}
			doc.Previews = append(doc.Previews, e.json)
			if size += len(e.json) + len(","); size > MaxStates {
				return document{}, fail(http.StatusRequestEntityTooLarge, "the answer is too large: select fewer sets or states", nil)
			}
		}
	}
	return doc, nil
}

// query has the query parameters of a request.
type query url.Values

// queryOf returns the query parameters of a request. It refuses a query that it can't read
// completely, because the readable part alone could select more.
func queryOf(c echo.Context) (query, error) {
	all, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, fail(http.StatusBadRequest, "the query is not valid: separate parameters by & and escape special characters", err)
	}
	return query(all), nil
}

// values returns the values of a parameter, which can be repeated and can be lists that
// are separated by commas. Empty values are left out.
func (q query) values(name string) []string {
	all := strings.Split(strings.Join(q[name], ","), ",")
	return slices.DeleteFunc(all, func(v string) bool { return v == "" })
}

// selectSets returns the sets with these names, in the order of all. No names means all
// of them.
func selectSets(all []boardSet, names []string) ([]boardSet, error) {
	for _, name := range names {
		if !slices.ContainsFunc(all, func(s boardSet) bool { return s.Set == name }) {
			return nil, fmt.Errorf("%w: %q", ErrUnknownSet, name)
		}
	}
	return slices.DeleteFunc(all, func(s boardSet) bool {
		return len(names) > 0 && !slices.Contains(names, s.Set)
	}), nil
}

// states returns the states that the query selects.
func (q query) states() (states []generator.State, err error) {
	for _, value := range q.values("state") {
		state := generator.State(value)
		if !slices.Contains(generator.States(), state) {
			return nil, fail(http.StatusBadRequest, fmt.Sprintf("state is not one of %s", stateList()), nil)
		}
		states = append(states, state)
	}
	return states, nil
}

// stateList returns all states for a message.
func stateList() string {
	var words []string
	for _, state := range generator.States() {
		words = append(words, string(state))
	}
	return strings.Join(words, ", ")
}
