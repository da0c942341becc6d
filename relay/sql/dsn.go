package sql

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/lib/pq"

	"foghorn/internal/mask"
)

// dsn is a database's address, read.
type dsn struct {
	dialect  *dialect
	scheme   string
	host     string // with its port, or the directory or path of a socket
	database string
	password string
	// connector makes the driver's connector: it may read a file of certificates.
	connector func(dial dialFunc) (driver.Connector, error)
}

// parseDSN reads a URL. Its errors have neither the password nor the URL in them, which
// those of net/url do.
func parseDSN(text string) (*dsn, error) {
	if text == "" {
		return nil, errors.New(`dsn is missing; it names the database: "postgres://user@host/database" or "mysql://user@host/database"`)
	}
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("dsn: it is not a URL; write characters such as @ / # % in a password as %40 %2F %23 %25")
	}
	d := &dsn{scheme: u.Scheme, host: u.Host, database: strings.TrimPrefix(u.Path, "/")}
	d.password, _ = u.User.Password()
	switch u.Scheme {
	case "postgres", "postgresql":
		err = d.postgres(text, u)
	case "mysql", "mariadb":
		err = d.mysql(u)
	default:
		return nil, errors.New(`dsn: it must begin with "postgres://" or "mysql://"`)
	}
	if err != nil {
		return nil, errors.New("dsn: " + mask.New(d.password, text).Text(err.Error()))
	}
	return d, nil
}

func (d *dsn) postgres(text string, u *url.URL) error {
	d.dialect = postgres
	cfg, err := pq.NewConfig(text)
	if err != nil {
		return err
	}
	if cfg.Database == "" && u.Query().Get("service") == "" {
		return errors.New("it names no database; end it with /NAME")
	}
	if cfg.ApplicationName == "" {
		cfg.ApplicationName = "foghorn"
	}
	d.database, d.password = cfg.Database, cfg.Password
	if d.host == "" {
		d.host = cfg.Host
	}
	d.connector = func(dial dialFunc) (driver.Connector, error) {
		c, err := pq.NewConnectorConfig(cfg)
		if err != nil {
			return nil, err
		}
		c.Dialer(dial)
		return c, nil
	}
	return nil
}

func (d *dsn) mysql(u *url.URL) error {
	d.dialect = mysqlDialect
	query := u.Query()
	socket, roots := query.Get("socket"), query.Get("sslrootcert")
	query.Del("socket")
	query.Del("sslrootcert")
	if !query.Has("tls") {
		query.Set("tls", "preferred")
		if roots != "" {
			query.Set("tls", "true")
		}
	}
	cfg, err := mysql.ParseDSN("/?" + query.Encode())
	switch {
	case err != nil:
		return err
	case d.database == "":
		return errors.New("it names no database; end it with /NAME")
	case u.Hostname() == "" && socket == "":
		return errors.New("it names no host; write mysql://user@host/database, or add ?socket=/path to it")
	case roots != "" && query.Get("tls") != "true":
		return errors.New("sslrootcert needs tls=true")
	}
	cfg.User, cfg.Passwd, cfg.DBName = u.User.Username(), d.password, d.database
	cfg.Net, cfg.Addr = "tcp", u.Host
	if u.Port() == "" {
		cfg.Addr = net.JoinHostPort(u.Hostname(), "3306")
	}
	if socket != "" {
		cfg.Net, cfg.Addr, d.host = "unix", socket, socket
	}
	cfg.TLS = nil // made again when a connector is, with the host that is known now
	// Values are bound on the server, one statement at a time, and nothing is cut silently.
	cfg.InterpolateParams, cfg.MultiStatements, cfg.AllowAllFiles = false, false, false
	if cfg.Params["sql_mode"] == "" {
		if cfg.Params == nil {
			cfg.Params = map[string]string{}
		}
		cfg.Params["sql_mode"] = "'STRICT_ALL_TABLES'"
	}
	cfg.Logger = &mysql.NopLogger{} // it would write over the screen
	cfg.ConnectionAttributes = "program_name:foghorn"
	d.connector = func(dial dialFunc) (driver.Connector, error) {
		mine := cfg.Clone()
		mine.DialFunc = dial.DialContext
		if roots != "" {
			pool, err := rootsIn(roots)
			if err != nil {
				return nil, err
			}
			mine.TLS = &tls.Config{RootCAs: pool, ServerName: u.Hostname()}
		}
		return mysql.NewConnector(mine)
	}
	return nil
}

func rootsIn(path string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s has no certificate in PEM", path)
	}
	return pool, nil
}
