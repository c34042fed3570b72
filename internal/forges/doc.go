// Package forges is the table of all supported forges. To add a forge, add a package
// next to generator/forge and a row to this table. The configuration, the wiring, the
// webhooks and `serve --repo` read the table and have no code for a particular forge,
// which belongs in the forge's package.
package forges
