package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client sends the requests of Argo CD to the running service.
type client struct {
	url, token string
}

// params are the parameters that the demo shows.
type params struct {
	ID       string `json:"id"`
	Branch   string `json:"branch"`
	Host     string `json:"host"`
	DBSchema string `json:"db_schema"`
	ShortSHA string `json:"head_short_sha"`
	Revision string `json:"revision"`
}

func byBranch(sets []params) map[string]params {
	found := map[string]params{}
	for _, p := range sets {
		found[p.Branch] = p
	}
	return found
}

// parameterSets returns the parameter sets, or nil while the service has none to
// return yet.
func (c *client) parameterSets(ctx context.Context) ([]params, error) {
	body := strings.NewReader(`{"applicationSetName":"shop","input":{"parameters":{"set":"shop"}}}`)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/api/v1/getparams.execute", body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusServiceUnavailable:
		return nil, nil
	default:
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1<<10))
		return nil, fmt.Errorf("the service returned %s: %s", response.Status, text)
	}
	var answer struct {
		Output struct {
			Parameters []params `json:"parameters"`
		} `json:"output"`
	}
	err = json.NewDecoder(response.Body).Decode(&answer)
	return answer.Output.Parameters, err
}

// waitFor requests the parameter sets until condition accepts them.
func (c *client) waitFor(ctx context.Context, condition func([]params) bool) ([]params, error) {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		sets, err := c.parameterSets(ctx)
		if err != nil {
			return nil, err
		}
		if sets != nil && condition(sets) {
			return sets, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the service did not return the expected parameter sets: %w", ctx.Err())
		case <-ticker.C:
		}
	}
}
