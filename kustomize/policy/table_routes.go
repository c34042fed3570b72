package policy

import "slices"

// routeRows has what configures ingress controllers, gateways, load balancers and meshes that
// previews share.
//
// A proxy that reads the keys of an identity provider (JWKS, OpenID Connect) has no row: it does not
// send requests of clients there, and the answer goes to nobody.
var routeRows = slices.Concat(
	nginxRows, haproxyRows, traefikRows, kongRows, apisixRows, gatewayRows, skipperRows, apiGatewayRows,
	tunnelRows, cloudRouteRows, meshRows, certificateRows, spellingRows,
)
