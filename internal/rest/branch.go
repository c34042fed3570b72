package rest

import "github.com/previewset/previewset/generator"

// BranchEnding returns what became of a branch, as has tells whether there is
// one of a name. That there is none is believed where the same question finds
// the default branch right after: a forge that shows no branch at all, for lack
// of a permission or of its data, says nothing of this one.
func BranchEnding(branch, defaultBranch string, has func(name string) (bool, error)) (generator.Ending, error) {
	there, err := has(branch)
	if err != nil {
		return generator.Unknown, err
	}
	if there {
		return generator.Open, nil
	}
	there, err = has(defaultBranch)
	if err != nil {
		return generator.Unknown, err
	}
	if !there {
		return generator.Unknown, Incomplete("nor is the default branch there")
	}
	return generator.Deleted, nil
}
