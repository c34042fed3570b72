package gitrepo_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"github.com/previewset/previewset/internal/gitrepo"
	gittest "github.com/previewset/previewset/test/fake/git"
)

// packed is an object of a pack: complete, or a delta on the object with the hash base.
type packed struct {
	kind plumbing.ObjectType
	size int // that its header declares; 0 is the size of data
	base plumbing.Hash
	data []byte
}

func blob(content string) packed { return packed{kind: plumbing.BlobObject, data: []byte(content)} }

func (p packed) hash() plumbing.Hash { return plumbing.ComputeHash(p.kind, p.data) }

// on returns a delta that makes p from base: it inserts all bytes.
func (p packed) on(base packed) packed {
	delta := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(len(base.data))), uint64(len(p.data)))
	for part := range slices.Chunk(p.data, 127) {
		delta = append(append(delta, byte(len(part))), part...)
	}
	return packed{kind: plumbing.REFDeltaObject, base: base.hash(), data: delta}
}

// pack encodes a pack with these objects, in their order.
func pack(t testing.TB, objects ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("PACK\x00\x00\x00\x02")
	b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(objects))))
	z := zlib.NewWriter(nil)
	for _, o := range objects {
		size := max(o.size, len(o.data))
		first := byte(o.kind)<<4 | byte(size&15)
		if size >>= 4; size > 0 {
			b.WriteByte(first | 0x80)
			b.Write(binary.AppendUvarint(nil, uint64(size)))
		} else {
			b.WriteByte(first)
		}
		if o.kind == plumbing.REFDeltaObject {
			b.Write(o.base[:])
		}
		z.Reset(&b)
		_, err := z.Write(o.data)
		if err := errors.Join(err, z.Close()); err != nil {
			t.Fatal(err)
		}
	}
	sum := sha1.Sum(b.Bytes())
	return append(b.Bytes(), sum[:]...)
}

// versions returns n blobs. Git sends such objects as a chain of deltas.
func versions(n int) []packed {
	all := make([]packed, n)
	for i := range all {
		all[i] = blob(fmt.Sprintf("version %d\n", i))
	}
	return all
}

// chain returns a pack with the blobs in which each is a delta on the one before it, and the
// deltas are before their bases.
func chain(blobs []packed) []packed {
	objects := []packed{blobs[0]}
	for i, b := range blobs[1:] {
		objects = append(objects, b.on(blobs[i]))
	}
	slices.Reverse(objects)
	return objects
}

// star returns a pack in which all blobs but the last are deltas on the last.
func star(blobs []packed) []packed {
	last := len(blobs) - 1
	var objects []packed
	for _, b := range blobs[:last] {
		objects = append(objects, b.on(blobs[last]))
	}
	return append(objects, blobs[last])
}

// tip returns a commit with the blobs as files, and its tree.
func tip(blobs []packed) (commit, tree packed) {
	tree.kind, commit.kind = plumbing.TreeObject, plumbing.CommitObject
	for i, b := range blobs {
		hash := b.hash()
		tree.data = append(fmt.Appendf(tree.data, "100644 %08d\x00", i), hash[:]...)
	}
	const who = "A <a@example.test> 1700000000 +0000\n"
	commit.data = fmt.Appendf(nil, "tree %s\nauthor %scommitter %s\nmessage\n", tree.hash(), who, who)
	return commit, tree
}

// servePack serves a repository whose tip is commit. It answers each request with a pack.
func servePack(t testing.TB, commit packed, pack []byte) *gitrepo.Remote {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodGet {
			fmt.Fprint(w, pktLine("# service=git-upload-pack\n")+"0000"+
				pktLine(commit.hash().String()+" refs/heads/main\x00side-band-64k shallow filter ofs-delta\n")+"0000")
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		fmt.Fprint(w, "0000"+pktLine("NAK\n"))
		for part := range slices.Chunk(pack, 60_000) {
			fmt.Fprint(w, pktLine("\x01"+string(part)))
		}
		fmt.Fprint(w, "0000")
	}))
	t.Cleanup(server.Close)
	return open(t, server.URL+"/r.git", gitrepo.Options{MaxPackBytes: 32 << 20, Timeout: 5 * time.Minute})
}

// A pack has its objects in any order. Git and previewset read the same from it.
func TestPackHasAnyOrder(t *testing.T) {
	t.Parallel()
	blobs := versions(100)
	commit, tree := tip(blobs)
	for name, objects := range map[string][]packed{"chain": chain(blobs), "star": star(blobs)} {
		for seed := range 5 {
			if seed > 0 {
				random := rand.New(rand.NewPCG(uint64(seed), 0))
				random.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
			}
			text, repo := pack(t, append([]packed{tree, commit}, objects...)...), gittest.NewRepo(t, "r")
			file := filepath.Join(repo.Dir, "objects", "pack", "pack-x.pack")
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
			repo.Git(t, "index-pack", file)
			read := fetch(t, servePack(t, commit, text), "main", nil)
			for i, b := range blobs {
				got, err := read.Blobs(t.Context(), []string{b.hash().String()})
				if want := repo.Git(t, "cat-file", "blob", b.hash().String()) + "\n"; err != nil || string(got[b.hash().String()]) != want {
					t.Fatalf("%s %d, blob %d: got %q and error %v, want %q", name, seed, i, got, err, want)
				}
			}
		}
	}
}

// The work for a pack grows as its size, whatever the order of its objects is. Allocated bytes
// measure it: they do not depend on the speed of the machine.
func TestPackIsReadInLinearWork(t *testing.T) {
	for name, arranged := range map[string]func([]packed) []packed{
		"chain, bases last": chain,
		"chain, bases first": func(blobs []packed) []packed {
			objects := chain(blobs)
			slices.Reverse(objects)
			return objects
		},
		"star, base last":         star,
		"signature of many lines": func(blobs []packed) []packed { return blobs[:1] },
	} {
		work := func(n int) uint64 {
			blobs := versions(n)
			commit, tree := tip(blobs)
			if strings.HasPrefix(name, "signature") {
				commit.data = bytes.Replace(commit.data, []byte("\n\n"), []byte("\ngpgsig x\n"+strings.Repeat(" \n", n)+"\n"), 1)
			}
			remote := servePack(t, commit, pack(t, append([]packed{commit, tree}, arranged(blobs)...)...))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			fetch(t, remote, "main", nil)
			runtime.ReadMemStats(&after)
			return after.TotalAlloc - before.TotalAlloc
		}
		small, large := work(2000), work(8000)
		if t.Logf("%s: %d kB for 2000, %d kB for 8000", name, small>>10, large>>10); large > 6*small {
			t.Errorf("%s: %d bytes for 2000, %d for 8000, want at most six times as many for four times the size", name, small, large)
		}
	}
}

// Packs that are small, and huge when they are unpacked, are refused.
func TestPackBombsAreRefused(t *testing.T) {
	t.Parallel()
	const bound = 1 << 20 // so that four times as much may be unpacked
	zeros := blob(strings.Repeat("\x00", 1<<16))
	// The delta copies the base 1000 times. An instruction without a size copies 64 KiB.
	copies := binary.AppendUvarint(binary.AppendUvarint(nil, 1<<16), 1000<<16)
	copies = append(copies, bytes.Repeat([]byte{0x80}, 1000)...)
	declared := binary.AppendUvarint(binary.AppendUvarint(nil, 1<<16), 1<<62)
	absent, other := blob("absent"), blob("other")
	many := versions(20_000)
	for name, test := range map[string]struct {
		objects []packed
		want    error
	}{
		"copies":                {[]packed{zeros, {kind: plumbing.REFDeltaObject, base: zeros.hash(), data: copies}}, gitrepo.ErrTooLarge},
		"copies before base":    {[]packed{{kind: plumbing.REFDeltaObject, base: zeros.hash(), data: copies}, zeros}, gitrepo.ErrTooLarge},
		"declared size":         {[]packed{zeros, {kind: plumbing.REFDeltaObject, base: zeros.hash(), data: declared}}, gitrepo.ErrTooLarge},
		"many deltas":           {star(append(many[:100:100], zeros)), nil},
		"zeros":                 {[]packed{blob(strings.Repeat("\x00", 5<<20))}, gitrepo.ErrTooLarge},
		"declared object":       {[]packed{{kind: plumbing.BlobObject, size: 1 << 40, data: []byte("x")}}, gitrepo.ErrTooLarge},
		"shorter than declared": {[]packed{{kind: plumbing.BlobObject, size: 3000, data: []byte("x")}}, gitrepo.ErrPack},
		"many objects":          {many, gitrepo.ErrTooLarge},
		"absent base":           {[]packed{other.on(absent)}, gitrepo.ErrPack},
		"base is itself":        {[]packed{{kind: plumbing.REFDeltaObject, base: other.hash(), data: other.on(other).data}}, gitrepo.ErrPack},
	} {
		if _, err := gitrepo.Unpack(t.Context(), bytes.NewReader(pack(t, test.objects...)), 4*bound); !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
			t.Errorf("%s: got error %v, want %v", name, err, test.want)
		}
	}
}

// A pack that declares more objects than it has is refused, without memory for them.
func TestPackWithFalseCountIsRefused(t *testing.T) {
	t.Parallel()
	for count, tooLarge := range map[uint32]bool{2: false, 1000: false, 1 << 31: true} {
		text := pack(t, blob("x"))
		binary.BigEndian.PutUint32(text[8:], count)
		_, err := gitrepo.Unpack(t.Context(), bytes.NewReader(text), 1<<30)
		if err == nil || errors.Is(err, gitrepo.ErrTooLarge) != tooLarge {
			t.Errorf("%d objects: got error %v, want ErrTooLarge: %t", count, err, tooLarge)
		}
	}
}

// cancelling cancels a context with its last byte.
type cancelling struct {
	from   *bytes.Reader
	cancel context.CancelFunc
}

func (c cancelling) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	if c.from.Len() == 0 {
		c.cancel()
	}
	return n, err
}

// The context also ends the work after the last byte was received.
func TestUnpackingEndsWithContext(t *testing.T) {
	t.Parallel()
	blobs := versions(100)
	for name, objects := range map[string][]packed{"chain": chain(blobs), "star": star(blobs), "object": blobs[:1]} {
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := gitrepo.Unpack(ctx, cancelling{bytes.NewReader(pack(t, objects...)), cancel}, 1<<20); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got error %v, want %v", name, err, context.Canceled)
		}
	}
}
