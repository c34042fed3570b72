package closure

// Worded is worded.
func Worded(reason string) (text, resource string) { return worded(reason) }
