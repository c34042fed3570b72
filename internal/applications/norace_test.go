//go:build !race

package applications_test

const foreign = 5000
