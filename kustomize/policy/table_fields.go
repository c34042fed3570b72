package policy

// freeFormFields are fields with keys that users choose.
var freeFormFields = []string{"annotations", "labels", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "volumeAttributes"}

// containerLists are the fields of a pod with its containers.
var containerLists = []string{"containers", "ephemeralContainers", "initContainers"}

// writes are the operations of a JSON patch that write a field.
var writes = []string{"add", "replace", "copy", "move"}

// textsForPrograms are fields with texts that only the program in a container reads.
var textsForPrograms = []string{"args", "command", "script"}
