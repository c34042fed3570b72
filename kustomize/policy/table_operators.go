package policy

import "slices"

// operatorRows has the kinds of operators and their fields.
var operatorRows = slices.Concat(exposedRows, deployerRows, generatorRows, cloudRows, credentialRows, referenceRows, monitoringRows, controllerRows)
