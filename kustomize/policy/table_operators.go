package policy

import "slices"

// operatorRows has kinds of operators.
var operatorRows = slices.Concat(exposedRows)
