package gitrepo

import (
	"bytes"
	"compress/zlib"
	"context"
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

// objectBytes is about the memory that an object takes besides its content, in bytes. The
// bound on inflated bytes counts it, because millions of empty objects fit into a small pack.
const objectBytes = 512

var errBadPack = errors.New("malformed pack")

// packReader unpacks a pack while it is received: gitformat-pack(5). It does not
// use go-git's parser, which does not bound the inflated size.
//
// A pack may have deltas before their bases. Each delta waits for its base, so that it is
// looked at once, whatever the order of the objects is.
type packReader struct {
	scanner *packfile.Scanner
	// budget is the number of inflated bytes that are still allowed.
	budget   int64
	byHash   map[plumbing.Hash]*raw
	byOffset map[int64]*raw
	waiting  map[base][]delta
}

// base is the base of a delta: a hash or, if that is zero, an offset in the pack.
type base struct {
	hash   plumbing.Hash
	offset int64
}

type delta struct {
	offset int64
	data   []byte
}

// located is an object at its offset in the pack.
type located struct {
	offset int64
	object *raw
}

// readPack returns the objects of a self-contained pack. They inflate to at most
// maxBytes, which include objectBytes for each of them. It ends with ctx if r does.
func readPack(ctx context.Context, r io.Reader, maxBytes int64) (map[plumbing.Hash]*raw, error) {
	p := &packReader{
		scanner:  packfile.NewScanner(struct{ io.Reader }{r}),
		budget:   maxBytes,
		byHash:   map[plumbing.Hash]*raw{},
		byOffset: map[int64]*raw{},
		waiting:  map[base][]delta{},
	}
	_, count, err := p.scanner.Header()
	if err == nil {
		err = p.reserve(int64(count) * objectBytes)
	}
	if err != nil {
		return nil, err
	}
	for range count {
		if err := p.next(ctx); err != nil {
			return nil, err
		}
	}
	if _, err := p.scanner.Checksum(); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(p.waiting) > 0 {
		return nil, fmt.Errorf("%w: a delta has no base", errBadPack)
	}
	return p.byHash, nil
}

func (p *packReader) next(ctx context.Context) error {
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
		return p.keep(ctx, located{header.Offset, newRaw(header.Type, data)})
	case plumbing.OFSDeltaObject:
		return p.apply(ctx, base{offset: header.OffsetReference}, delta{header.Offset, data})
	case plumbing.REFDeltaObject:
		return p.apply(ctx, base{hash: header.Reference}, delta{header.Offset, data})
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

// apply keeps the object that d describes, or lets d wait if its base was not read yet.
func (p *packReader) apply(ctx context.Context, on base, d delta) error {
	object, ok := p.byHash[on.hash]
	if on.hash.IsZero() {
		object, ok = p.byOffset[on.offset]
	}
	if !ok {
		p.waiting[on] = append(p.waiting[on], d)
		return nil
	}
	patched, err := p.patch(object, d)
	if err != nil {
		return err
	}
	return p.keep(ctx, patched)
}

// patch returns the object that d describes.
func (p *packReader) patch(object *raw, d delta) (located, error) {
	size, err := targetSize(d.data)
	if err == nil {
		err = p.reserve(size)
	}
	if err != nil {
		return located{}, err
	}
	data, err := packfile.PatchDelta(object.data, d.data)
	if err != nil {
		return located{}, err
	}
	return located{d.offset, newRaw(object.kind, data)}, nil
}

// keep keeps an object and those that have waited for it. The stack, and not a recursion,
// makes a long chain of deltas harmless.
func (p *packReader) keep(ctx context.Context, first located) error {
	for stack := []located{first}; len(stack) > 0; {
		found := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		hash, err := hashWithin(ctx, found.object)
		if err != nil {
			return err
		}
		p.byOffset[found.offset] = found.object
		p.byHash[hash] = found.object
		for _, on := range []base{{hash: hash}, {offset: found.offset}} {
			for _, d := range p.waiting[on] {
				if err := ctx.Err(); err != nil {
					return err
				}
				patched, err := p.patch(found.object, d)
				if err != nil {
					return err
				}
				stack = append(stack, patched)
			}
			delete(p.waiting, on)
		}
	}
	return nil
}

// hashWithin returns the hash of an object. It ends with ctx: an object can have as many bytes
// as a pack.
func hashWithin(ctx context.Context, o *raw) (plumbing.Hash, error) {
	h := plumbing.NewHasher(o.kind, int64(len(o.data)))
	for part := range slices.Chunk(o.data, 1<<20) {
		if err := ctx.Err(); err != nil {
			return plumbing.ZeroHash, err
		}
		_, _ = h.Write(part) // never fails
	}
	return h.Sum(), ctx.Err()
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
