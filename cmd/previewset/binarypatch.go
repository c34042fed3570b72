package main

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// binaryPatch returns the difference between two versions of a file in Git's format for
// binary files, with both versions in full (gitformat-diff, "GIT binary patch").
func binaryPatch(before, after []byte) string {
	return "GIT binary patch\n" + literal(after) + literal(before)
}

// literal returns a version of a file: its size, its compressed content in lines of at
// most 52 bytes, and an empty line. Each line begins with its number of bytes, as a
// letter.
func literal(content []byte) string {
	var compressed bytes.Buffer
	w := zlib.NewWriter(&compressed)
	_, _ = w.Write(content) // a buffer returns no error
	_ = w.Close()
	var out strings.Builder
	fmt.Fprintf(&out, "literal %d\n", len(content))
	for line := range slices.Chunk(compressed.Bytes(), 52) {
		out.WriteByte(lengthLetters[len(line)-1])
		for group := range slices.Chunk(line, 4) {
			out.WriteString(base85(group))
		}
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	return out.String()
}

// The alphabets of Git (base85.c, diff.c).
const (
	lengthLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	base85Digits  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
)

// base85 returns the five digits of up to four bytes, with zeros for missing bytes.
func base85(group []byte) string {
	var padded [4]byte
	copy(padded[:], group)
	value := binary.BigEndian.Uint32(padded[:])
	var digits [5]byte
	for i := range digits {
		digits[4-i] = base85Digits[value%85]
		value /= 85
	}
	return string(digits[:])
}
