package forge

import (
	"context"

	"github.com/previewset/previewset/generator"
	"github.com/previewset/previewset/internal/network"
)

// RightsAPI is an API of a forge that reports the rights of credentials.
type RightsAPI interface {
	// Rights returns the rights of the credentials, compared with those that a query
	// needs. They are also known if the credentials may not read the repository.
	Rights(ctx context.Context, q generator.Query) (generator.Rights, error)
}

var _ generator.RightsReader = (*Source)(nil)

// Rights implements generator.RightsReader. They are not known if the forge does not
// report them.
func (s *Source) Rights(ctx context.Context, q generator.Query) (generator.Rights, error) {
	api, ok := s.api.(RightsAPI)
	if !ok {
		return generator.Rights{}, nil
	}
	ctx, cancel := network.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	rights, err := api.Rights(ctx, q)
	if err != nil {
		return generator.Rights{}, s.fail(ctx, "read the rights of the credentials", err)
	}
	return rights, nil
}
