// Package forges is the table of the sources that there are. A new forge is a
// package beside generator/forge and a row here: the configuration, the wiring, the
// webhooks and `serve --repo` read this table and know no forge. What a forge does belongs to its package.
package forges
