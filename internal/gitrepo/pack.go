package gitrepo

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/hash"
)

// maxObjects bounds the number of objects of one pack.
const maxObjects = 8 << 20

var errBadPack = errors.New("malformed pack")

// packReader unpacks a pack while it is received: gitformat-pack(5). It does not
// use go-git's parser, which does not bound the inflated size.
type packReader struct {
	scanner *packfile.Scanner
	// budget is the number of inflated bytes that are still allowed.
	budget   int64
	byHash   map[plumbing.Hash]*raw
	byOffset map[int64]*raw
	waiting  []delta // their bases were not read yet
}

type delta struct {
	offset     int64
	base       plumbing.Hash // or
	baseOffset int64
	data       []byte
}

// readPack returns the objects of a self-contained pack. They inflate to at most
// maxBytes.
func readPack(r io.Reader, maxBytes int64) (map[plumbing.Hash]*raw, error) {
	p := &packReader{
		scanner:  packfile.NewScanner(struct{ io.Reader }{r}),
		budget:   maxBytes,
		byHash:   map[plumbing.Hash]*raw{},
		byOffset: map[int64]*raw{},
	}
	_, count, err := p.scanner.Header()
	if err != nil {
		return nil, err
	}
	if count > maxObjects {
		return nil, fmt.Errorf("%w: the pack has %d objects", ErrTooLarge, count)
	}
	for range count {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	if _, err := p.scanner.Checksum(); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return p.byHash, p.applyWaiting()
}

func (p *packReader) next() error {
	header, err := p.scanner.NextObjectHeader()
	if err != nil {
		return err
	}
	data, err := p.inflate(header.Length)
	if err != nil {
		return err
	}
	switch header.Type {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
		p.keep(header.Offset, newRaw(header.Type, data))
		return nil
	case plumbing.OFSDeltaObject:
		return p.apply(delta{offset: header.Offset, baseOffset: header.OffsetReference, data: data})
	case plumbing.REFDeltaObject:
		return p.apply(delta{offset: header.Offset, base: header.Reference, data: data})
	}
	return errBadPack
}

func (p *packReader) reserve(n int64) error {
	if n < 0 || n > p.budget {
		return fmt.Errorf("%w: the inflated pack exceeds its bound", ErrTooLarge)
	}
	p.budget -= n
	return nil
}

func (p *packReader) inflate(length int64) ([]byte, error) {
	if err := p.reserve(length); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(int(min(length, 1<<20)))
	n, _, err := p.scanner.NextObject(&b)
	if err != nil {
		return nil, err
	}
	if n != length {
		return nil, errBadPack
	}
	return b.Bytes(), nil
}

func (p *packReader) keep(offset int64, o *raw) {
	p.byOffset[offset] = o
	p.byHash[o.hash()] = o
}

// apply adds the object that d describes, or adds d to waiting if its base was not
// read yet.
func (p *packReader) apply(d delta) error {
	base, ok := p.byHash[d.base]
	if d.base.IsZero() {
		base, ok = p.byOffset[d.baseOffset]
	}
	if !ok {
		p.waiting = append(p.waiting, d)
		return nil
	}
	size, err := targetSize(d.data)
	if err == nil {
		err = p.reserve(size)
	}
	if err != nil {
		return err
	}
	data, err := packfile.PatchDelta(base.data, d.data)
	if err != nil {
		return err
	}
	p.keep(d.offset, newRaw(base.kind, data))
	return nil
}

// applyWaiting applies the waiting deltas until none is left.
func (p *packReader) applyWaiting() error {
	for len(p.waiting) > 0 {
		waiting := p.waiting
		p.waiting = nil
		for _, d := range waiting {
			if err := p.apply(d); err != nil {
				return err
			}
		}
		if len(p.waiting) == len(waiting) {
			return fmt.Errorf("%w: a delta has no base", errBadPack)
		}
	}
	return nil
}

// targetSize reads the second number at the start of a delta: the size of the
// object that it describes.
func targetSize(data []byte) (int64, error) {
	_, n := binary.Uvarint(data)
	if n <= 0 {
		return 0, errBadPack
	}
	size, m := binary.Uvarint(data[n:])
	if m <= 0 || size > math.MaxInt64 {
		return 0, errBadPack
	}
	return int64(size), nil
}

// writePack encodes objects without deltas and with zlib's fastest level: the
// objects are small, and resetting zlib for each takes longer than compressing it.
func writePack(objects map[plumbing.Hash]*raw) ([]byte, error) {
	hashes := slices.Collect(maps.Keys(objects))
	plumbing.HashesSort(hashes)
	b := bytes.NewBufferString("PACK")
	b.Write(binary.BigEndian.AppendUint32(nil, packfile.VersionSupported))
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(hashes)))) //nolint:gosec // far below 2^32
	z, err := zlib.NewWriterLevel(b, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	for _, h := range hashes {
		b.Write(packHeader(objects[h]))
		z.Reset(b)
		if _, err := z.Write(objects[h].data); err != nil {
			return nil, err
		}
		if err := z.Close(); err != nil {
			return nil, err
		}
	}
	sum := hash.New(hash.CryptoType)
	_, _ = sum.Write(b.Bytes()) // never fails
	return sum.Sum(b.Bytes()), nil
}

// packHeader encodes an object's kind and size. The first byte holds the kind and
// the lowest four bits of the size. Each further byte holds seven bits, lowest
// first. All bytes except the last have the highest bit set.
func packHeader(o *raw) []byte {
	size := len(o.data)
	header := []byte{byte(o.kind)<<4 | byte(size&0xf)} //nolint:gosec // kinds are 1 to 7
	for size >>= 4; size > 0; size >>= 7 {
		header[len(header)-1] |= 0x80
		header = append(header, byte(size&0x7f))
	}
	return header
}
