// Package simulation walks at random through the life of two replicas and a
// pruner, a real Git server, two forges that have bad days and people who push
// to the same branch, and holds every step against previewset's promises.
//
// What is real: the pipeline, the Git writer, the renderer, the plugin's answers
// and Git itself. What is simulated: the forges behind generator.Source, and
// time. A seed tells the whole walk, so that one that found something is walked
// again with the command that it prints.
//
// The same promises are held against previewset with one mechanism after the
// other broken (mutants_test.go): each must be found out. The walks end with a sync:
// what the service does after it is broken for the tests of internal/service.
package simulation
