package preflight

// GitAccess is gitAccess.
var GitAccess = gitAccess
