package relaytest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// ErrMissing says that a database is not installed on this machine.
var ErrMissing = errors.New("not installed")

// Database is a real database server of this machine, with data of its own in a
// temporary directory. It keeps nothing: it writes without waiting for the disk.
type Database struct {
	Address string // 127.0.0.1 with its port
	// Name, User and Password are those of a user who may do everything in the database.
	Name, User, Password string
	CAFile               string // the certificate of the server, for sslrootcert
	Version              string

	dir   string
	alive io.Closer // the server ends with it, and so with this process
	ended chan struct{}
}

// What all databases are set up with.
const (
	databaseName     = "ops"
	databaseUser     = "foghorn"
	databasePassword = "s3cr3t/with@signs"
	startsWithin     = 60 * time.Second
)

// StartPostgres starts a PostgreSQL server. The error is ErrMissing where it is not
// installed. Stop ends it.
func StartPostgres() (*Database, error) {
	bin := postgresBin()
	if bin == "" {
		return nil, fmt.Errorf("PostgreSQL: %w (apt-get install postgresql)", ErrMissing)
	}
	d, owner, err := newDatabase("postgres")
	if err != nil {
		return nil, err
	}
	data, password := filepath.Join(d.dir, "data"), filepath.Join(d.dir, "password")
	if err := d.write(owner, password, databasePassword); err != nil {
		return nil, d.failed(err)
	}
	if err := owner.run(d.dir, filepath.Join(bin, "initdb"), "-D", data, "-U", databaseUser, "--pwfile", password, "-A", "scram-sha-256",
		"-E", "UTF8", "--locale", "C", "--no-sync", "--no-instructions"); err != nil {
		return nil, d.failed(err)
	}
	_, port, _ := net.SplitHostPort(d.Address)
	ready := func() bool {
		return owner.run(d.dir, filepath.Join(bin, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", port) == nil
	}
	// It begins with the database of its own name.
	d.Name = "postgres"
	return d, d.start(owner, "INT", ready, filepath.Join(bin, "postgres"), "-D", data, "-k", d.dir, "-p", port, "-c", "listen_addresses=127.0.0.1",
		"-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "shared_buffers=16MB", "-c", "max_connections=20", "-c", "deadlock_timeout=100ms",
		"-c", "ssl=on", "-c", "ssl_cert_file="+d.CAFile, "-c", "ssl_key_file="+filepath.Join(d.dir, "key.pem"), "-c", "autovacuum=off")
}

// StartMariaDB starts a MariaDB server, as StartPostgres does.
func StartMariaDB() (*Database, error) {
	server, install := find("mariadbd", "/usr/sbin"), find("mariadb-install-db", "/usr/bin")
	if server == "" || install == "" {
		return nil, fmt.Errorf("MariaDB: %w (apt-get install mariadb-server)", ErrMissing)
	}
	d, owner, err := newDatabase("mysql")
	if err != nil {
		return nil, err
	}
	data, first := filepath.Join(d.dir, "data"), filepath.Join(d.dir, "first.sql")
	script := fmt.Sprintf("CREATE DATABASE %s;\nCREATE USER %s@'%%' IDENTIFIED BY '%s';\nGRANT ALL ON *.* TO %s@'%%' WITH GRANT OPTION;\n",
		databaseName, databaseUser, databasePassword, databaseUser)
	if err := d.write(owner, first, script); err != nil {
		return nil, d.failed(err)
	}
	if err := owner.run(d.dir, install, "--no-defaults", "--datadir="+data, "--auth-root-authentication-method=normal", "--skip-test-db",
		"--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"); err != nil {
		return nil, d.failed(err)
	}
	_, port, _ := net.SplitHostPort(d.Address)
	return d, d.start(owner, "KILL", d.greets, server, "--no-defaults", "--datadir="+data, "--socket="+filepath.Join(d.dir, "sock"), "--port="+port,
		"--bind-address=127.0.0.1", "--init-file="+first, "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--skip-log-bin",
		"--innodb-buffer-pool-size=16M", "--skip-name-resolve", "--ssl-cert="+d.CAFile, "--ssl-key="+filepath.Join(d.dir, "key.pem"))
}

// Stop ends the server and removes its data.
func (d *Database) Stop() {
	if d.alive != nil {
		_ = d.alive.Close()
		<-d.ended
	}
	_ = os.RemoveAll(d.dir) // a temporary directory
}

// failed cleans up after a start that did not work.
func (d *Database) failed(err error) error {
	d.Stop()
	return err
}

// newDatabase makes the directory, the address and the certificate of a server.
func newDatabase(account string) (*Database, *owner, error) {
	dir, err := os.MkdirTemp("", "foghorn-db-")
	if err != nil {
		return nil, nil, err
	}
	d := &Database{Name: databaseName, User: databaseUser, Password: databasePassword, CAFile: filepath.Join(dir, "cert.pem"), dir: dir, ended: make(chan struct{})}
	o, err := ownerNamed(account)
	if err != nil {
		return nil, nil, d.failed(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, d.failed(err)
	}
	d.Address = l.Addr().String()
	_ = l.Close()
	cert, key, err := certificate()
	if err == nil {
		err = errors.Join(d.write(o, d.CAFile, cert), d.write(o, filepath.Join(dir, "key.pem"), key), o.own(dir))
	}
	if err != nil {
		return nil, nil, d.failed(err)
	}
	return d, o, nil
}

func (d *Database) write(o *owner, path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return err
	}
	return o.own(path)
}

// start runs the server under a shell that ends it when the pipe to this process breaks,
// however this process ends.
func (d *Database) start(o *owner, signal string, ready func() bool, command ...string) error {
	log, err := os.Create(filepath.Join(d.dir, "log"))
	if err != nil {
		return d.failed(err)
	}
	defer log.Close()
	script := `"$@" & server=$!; cat >/dev/null; kill -` + signal + ` $server; wait $server`
	c := o.command(d.dir, "/bin/sh", slices.Concat([]string{"-c", script, "sh"}, command)...)
	c.Stdout, c.Stderr = log, log
	if d.alive, err = c.StdinPipe(); err == nil {
		err = c.Start()
	}
	if err != nil {
		d.alive = nil
		return d.failed(err)
	}
	go func() {
		_ = c.Wait() // killed: it has no good end
		close(d.ended)
	}()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for begun := time.Now(); !ready(); {
		<-tick.C
		if time.Since(begun) > startsWithin {
			text, _ := os.ReadFile(log.Name())
			return d.failed(fmt.Errorf("%s did not start within %s:\n%s", command[0], startsWithin, text))
		}
	}
	return nil
}

// greets reports whether the server sends its greeting, as MySQL's do.
func (d *Database) greets() bool {
	c, err := net.DialTimeout("tcp", d.Address, time.Second) //nolint:noctx // it has a time limit
	if err != nil {
		return false
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(time.Second))
	n, err := c.Read(make([]byte, 16))
	return err == nil && n > 4
}

// owner is the account that a server runs under: none takes root.
type owner struct {
	uid, gid int
	change   bool
}

func ownerNamed(names ...string) (*owner, error) {
	if os.Getuid() != 0 {
		return &owner{}, nil
	}
	var err error
	for _, name := range append(names, "nobody") {
		var u *user.User
		if u, err = user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			return &owner{uid, gid, true}, nil
		}
	}
	return nil, err
}

func (o *owner) own(path string) error {
	if !o.change {
		return nil
	}
	return os.Chown(path, o.uid, o.gid)
}

func (o *owner) command(dir, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...) //nolint:noctx // it ends with its pipe, or by itself
	c.Dir = dir
	c.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C")
	if o.change {
		c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(o.uid), Gid: uint32(o.gid)}}
	}
	return c
}

func (o *owner) run(dir, name string, args ...string) error {
	out, err := o.command(dir, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// postgresBin is where PostgreSQL's programs are; Debian keeps them out of the path.
func postgresBin() string {
	dirs, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(dirs) > 0 {
		return filepath.Dir(dirs[len(dirs)-1])
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path)
	}
	return ""
}

func find(name, dir string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	if path := filepath.Join(dir, name); exec.Command(path, "--version").Run() == nil { //nolint:noctx // it ends at once
		return path
	}
	return ""
}

// certificate makes a certificate for 127.0.0.1 and its key, as PEM.
func certificate() (cert, key string, err error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return "", "", err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", "", err
	}
	block := func(kind string, bytes []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes}))
	}
	return block("CERTIFICATE", der), block("PRIVATE KEY", keyDER), nil
}
