package process

import "os"

// Forget removes the copy for a key.
func Forget(key string) { _ = os.RemoveAll(kept(key, nil)) }
