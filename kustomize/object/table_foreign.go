package object

// EncryptedFix is the remedy for an encrypted file: nothing decrypts it before Argo CD
// applies the objects.
const EncryptedFix = "use an ExternalSecret or a SealedSecret with cluster-wide scope, or commit the file decrypted if it has no secret"

// foreignForms has the forms of files that Kustomize can't parse.
var foreignForms = []foreignForm{
	{
		// docs/spec.md in git-lfs. Before its first release, the address was another.
		startsWith("version https://git-lfs.github.com/spec/", "version https://hawser.github.com/spec/"),
		"is a pointer of Git LFS, and the file itself is not in Git", "store the file in Git: remove it from .gitattributes, and run git add --renormalize .",
	},
	{startsWith("\x00GITCRYPT\x00"), "is encrypted with git-crypt", EncryptedFix},
	{startsWith("$ANSIBLE_VAULT;"), "is encrypted with Ansible Vault", EncryptedFix},
}

// armoredForms has forms of files that Kustomize can't parse, but which an application can
// decrypt itself: a ConfigMap may have them.
var armoredForms = []foreignForm{
	{startsWith("age-encryption.org/v1", "-----BEGIN AGE ENCRYPTED FILE-----"), "is encrypted with age", EncryptedFix},
	{startsWith("-----BEGIN PGP MESSAGE-----"), "is encrypted with PGP", EncryptedFix},
	{startsWith("Salted__", "U2FsdGVkX1"), "is encrypted with OpenSSL, as by transcrypt", EncryptedFix},
}

// sopsForm is the form of SOPS. It is valid YAML, JSON or dotenv.
var sopsForm = foreignForm{hasSOPS, "is encrypted with SOPS, and neither Kustomize nor Argo CD decrypts it", EncryptedFix}
