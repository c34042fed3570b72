package closure

import "regexp"

// message replaces an error of Kustomize that matches pattern. In text, $1 is the first
// group. If the pattern has a group called "object", the text begins with this object.
type message struct {
	pattern *regexp.Regexp
	text    string
}

func row(pattern, text string) message { return message{regexp.MustCompile(`(?s)` + pattern), text} }

// messages has the errors of Kustomize that a kustomization can cause. The first row that
// matches counts. kustomize/testdata/messages.yaml has kustomizations that cause them.
var messages = []message{
	// Objects (resmap/reswrangler.go, resource/factory.go, kyaml/kio/byteio_reader.go).
	row(`may not add resource with an already registered id: (?P<object>`+objectID+`)$`, "it is defined twice: remove one of the two, or rename it"),
	row(`merging from generator .*?`+goID+` exists; can ?not use behavior`, "$1 $2 is defined twice: rename one of the two, or give the generator the behavior merge or replace"),
	row(`merging from generator .*?`+goID+` does not exist; cannot merge or replace`, "a generator is to change the $1 $2, which does not exist: correct its name and namespace, or remove its behavior"),
	row(`missing metadata\.name in object \{\{\S+ (\S+)\}.*`, "the $1 is missing metadata.name: add a name"),
	row(`missing metadata\.name`, "an object is missing metadata.name: give each object a name (generateName is not supported)"),
	row(`missing kind`, "an object is missing kind: add it"),
	row(`missing apiVersion`, "an object is missing apiVersion: add it"),
	row(`missing Resource metadata`, "the file has a document that is no object: write apiVersion, kind and metadata in each document"),
	row(`expected array in (\w+)/items, but found .*`, "the $1 has no list in items: write the objects as a list, or as separate documents"),
	row(`map merge requires map or sequence of maps as the value`, "a merge key (<<) has a value that is no mapping: correct the value"),
	row(`control characters are not allowed`, "a text has a control character: remove it"),
	row(`unsupported value: (\S+)`, "a number is $1, which a cluster can't read: write another value"),
	row(`unsupported type: map\[interface \{\}\]interface \{\}`, "a key is not a text: write it in quotes"),
	row(`mapping key "([^"]*)" already defined at line (\d+)`, `the key "$1" is written twice: remove one of them`),

	// Kustomizations (types/kustomization.go, internal/target/kusttarget.go, internal/loader).
	row(`kustomization\.ya?ml is empty`, "the kustomization is empty: add resources to it, or remove the reference to it"),
	row(`is a Kustomization of Flux`, "it is a Kustomization of Flux, not of Kustomize: refer to the directory in its spec.path"),
	row(`unknown field "([^"]*)"`, `unknown field "$1": correct its name, or remove it`),
	row(`expected kind != 'Component' for path '[^']*'`, "it is a Component: refer to it in components, not in resources"),
	row(`expected kind 'Component' for path '[^']*' but got '[^']*'`, "it is no Component: refer to it in resources, or write it as a Component of kustomize.config.k8s.io/v1alpha1"),
	row(`apiVersion for (\w+) should be (\S+)`, "its apiVersion is not that of a $1: set it to $2"),
	row(`kind should be Kustomization or Component`, "its kind is neither Kustomization nor Component: correct kind"),
	row(`security; file '([^']*)' is not in or below '([^']*)'`, "$1 is outside the directory of the kustomization, $2, and Kustomize reads only files in it: move the file, or refer to a directory that has a kustomization"),
	row(`cycle detected: candidate root '([^']*)' contains visited root '([^']*)'`, "the kustomization refers to $1, which refers to it: remove one of the references"),
	row(`label name '([^']*)' exists in both commonLabels and labels`, "the label $1 is in commonLabels and in labels: remove one of them"),

	// Generators (kv/kv.go, internal/generators/utils.go).
	row(`a literal is not key=value`, "a literal of a generator is not KEY=VALUE: correct it"),
	row(`env source files: \[([^\]]*)\]: a line is not key=value`, "a line of $1 is not KEY=VALUE: correct it"),
	row(`missing key name for file path "[^"]*" in source ("[^"]*")`, "$1 in the files of a generator has no key: write KEY=FILE or FILE"),
	row(`missing file path for key name "[^"]*" in source ("[^"]*")`, "$1 in the files of a generator has no file: write KEY=FILE or FILE"),
	row(`source ("[^"]*") key name or file path contains '='`, "$1 in the files of a generator has more than one equals sign: write KEY=FILE or FILE"),
	row("(?:configmap|secret) (\\S+) illegally repeats the key `([^`]*)`", `the generator of $1 has the key "$2" twice: remove one of them`),
	row(`a configmap must have a name`, "an entry of configMapGenerator has no name: add it"),
	row(`a secret must have a name`, "an entry of secretGenerator has no name: add it"),

	// Patches (internal/builtins/Patch*Transformer.go, filters/patchjson6902,
	// github.com/evanphx/json-patch, kyaml/yaml/merge2).
	row(`no (?:resource )?matches (?:strategic merge patch "[^"]*": no matches )?for Id (`+objectID+`); failed to find unique target for patch.*`, "the patch of $1 matches no object: correct its apiVersion, kind, name and namespace"),
	row(`multiple matches for Id (`+objectID+`); failed to find unique target for patch.*`, "the patch of $1 matches several objects: set its namespace, or write a target"),
	row("unable to find patch target \"([^\"]*)\" in `resources`: (?:error parsing regexp|unable to parse requirement).*", "the target of a patch is not valid: correct its name, kind and selectors"),
	row(`error in (\w+) for path: '([^']*)'.*`, "a JSON patch can't $1 /$2, which its target does not have: correct the path or the target"),
	row(`(\w+) operation does not apply: doc is missing (?:from )?(?:path|key): "?([^\s":]+).*`, "a JSON patch can't $1 $2, which its target does not have: correct the path or the target"),
	row(`(add|replace|remove|copy|move) operation does not apply: .*`, "the operation $1 of a JSON patch does not fit its target: correct the path or the target"),
	row(`testing (?:value|path) (\S+) failed.*`, "the test of $1 in a JSON patch fails: correct the value or the target"),
	row(`Unexpected kind: (\S+)`, `a JSON patch has the unknown operation "$1": use add, remove, replace, move, copy or test`),
	row(`must specify a target for JSON patch.*`, "a JSON patch has no target: add one"),
	row("Multiple Strategic-Merge Patches in one `patches` entry.*", "an entry of patches has several patches and a target: write an entry for each patch"),
	row(`patch and path can't be set at the same time.*`, "an entry of patches has both patch and path: remove one of them"),
	row(`must specify one of patch and path.*`, "an entry of patches has neither patch nor path: add one of them"),
	row(`patchesJson6902 has an entry without a target`, "patchesJson6902 has an entry without a target: add it"),
	row(`unable to parse SM or JSON patch from \[patch: "(?:\s|\\n)*\[.*`, "a patch begins with [, but is not JSON: put its keys and texts in double quotes, or write each operation in a line of its own, after a dash"),
	row(`unable to parse SM or JSON patch from \[path: "([^"]*)"\].*`, "the patch $1 is neither an object with apiVersion, kind and metadata.name nor a list of JSON operations: correct its text"),
	row(`illegally qualifies as both an SM and JSON patch.*`, "a patch is both an object and a list of JSON operations: write one of them"),
	row(`empty file path and empty jsonOp`, "an entry of patchesJson6902 has neither patch nor path: add one of them"),
	row(`must specify a file path or jsonOp, not both`, "an entry of patchesJson6902 has both patch and path: remove one of them"),
	row(`(?:unable to parse SM or JSON patch|decoding \[|cannot unmarshal \w+ into Go value of type jsonpatch|empty json patch operations|must specify a json patch).*`, "a patch is neither an object with apiVersion, kind and metadata.name nor a list of JSON operations: correct its text"),
	row(`unknown patch strategy '([^']*)'`, "a patch has $$patch: $1, which is unknown: use delete, merge or replace"),

	// Replacements (filters/replacement/replacement.go).
	row(`nothing selected by (`+objectID+`)(?::\S*)?`, "the source of a replacement, $1, does not exist: correct its kind, name and namespace"),
	row(`multiple matches for selector (`+objectID+`)(?::\S*)?`, "the source of a replacement, $1, matches several objects: add its name or namespace"),
	row("fieldPath `([^`]*)` is missing for replacement source (?P<object>"+objectID+")", "it has no field $1, which a replacement copies: correct fieldPath, or add the field"),
	row(`unable to find (?:or create )?field "([^"]*)" in replacement target.*`, "the target of a replacement has no field $1: correct fieldPaths or the target, or set options.create"),
	row(`options\.index (-?\d+) is out of bounds for value.*`, "the source of a replacement has no part $1: correct options.index or options.delimiter"),
	row(`delimiter option can only be used with scalar nodes`, "a replacement has a delimiter, but its field is no text: remove the delimiter, or use another field"),
	row(`error creating target selector.*`, "the target of a replacement is not valid: correct its name, kind and selectors"),
	row(`target must specify resources to select`, "a target of a replacement has no select: add it"),
	row(`replacements must specify a source and at least one target`, "a replacement has no source or no targets: add them"),
	row(`value and resource selectors are mutually exclusive`, "a replacement has both a value and a source: remove one of them"),
	row(`cannot specify both path and inline replacement`, "a replacement has both path and source: remove one of them"),

	// Other transformers.
	row(`resource with name\s+does not match a config with the following GVK.*`, "an entry of replicas has no name: add it"),
	row(`resource with name (\S+) does not match a config with the following GVK.*`, "replicas: no Deployment, StatefulSet, ReplicaSet or ReplicationController is called $1: correct the name"),
	row(`var '(?:\{(\S+) .*|\{)' cannot be mapped to a field in the set of known resources`, "the variable $1 refers to an object that does not exist: correct its objref"),
	row(`field specified in var '\{(\S+) .*\{(\S+)\}\}' not found in corresponding resource`, "the variable $1 refers to the field $2, which its object does not have: correct its fieldref"),
	row(`var '([^']*)' already encountered`, "the variable $1 is defined twice: remove one of the two"),
	row(`found \d+ resId matches for var \{(\S+) .*`, "the variable $1 refers to several objects: set objref.namespace"),
	row(`conflicting fieldspecs`, "a field of configurations is already known with another value of create: remove it, or use the same value"),
	row(`loading CRDs \[([^\]]*)\].*`, "$1 in crds has no OpenAPI definitions: write a mapping from names to definitions, or remove it"),
	row(`plugin (`+objectID+`) fails configuration: fieldSpecs is not expected to be nil`, "the plugin $1 has no fieldSpecs: add the fields that it changes"),
}

// misspelled has names that are not those of a kustomization, and that people use.
var misspelled = []string{"Kustomization.yaml", "Kustomization.yml", "kustomize.yaml", "kustomize.yml", "kustomization", "kustomization.json", "kustomisation.yaml", "kustomizations.yaml"}

// unfinishedForms has the messages for files that are no YAML or no objects, because
// another tool has to process them first.
var unfinishedForms = []message{
	row(`(?m:^<{7} .*$).*(?m:^>{7} )`, "it has conflict markers of Git: resolve the conflict"),
	row(`\{\{-?\s[^}]*?(?:[.$](?:Values|Release|Chart|Capabilities)\b|\b(?:include|template|define) "|\btoYaml )`, "it is a template of Helm: commit the rendered manifests of the chart, and refer to them"),
}

// internals matches what is no help for readers of a message: addresses and types of Go,
// dumps of objects, and the steps of Kustomize.
var internals = []*regexp.Regexp{
	regexp.MustCompile("(?s)trouble configuring builtin (\\S+) with config: `.*?`: "),
	regexp.MustCompile(`plugin \S+ fails configuration: `),
	regexp.MustCompile(`&\{[^}]*\} ?`),
	regexp.MustCompile(`(?s): node contents: .*`),
	regexp.MustCompile(`error unmarshaling JSON: while decoding JSON: |json: |accumulat\w* (?:resources|components|err=)\S*:? ?|invalid Kustomization: `),
	regexp.MustCompile(`\b(?:types|resid|resource|yaml|kio|kusttarget|builtinconfig|accumulator)\.[A-Z]\w*`),
	regexp.MustCompile(`internal\.config\.kubernetes\.io/\S*`),
}
