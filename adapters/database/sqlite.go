package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/uptrace/bun/dialect/sqlitedialect"
	"golang.org/x/sys/unix"
	"modernc.org/sqlite" // and the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"paybridge/domain/fault"
)

// How the two pools are opened. Transactions of the writer begin IMMEDIATE, because one that begins
// by reading could not become a writer beside another. There is one writing connection, since
// SQLite's own way of waiting is not fair: with more of them some would wait for seconds. What is erased is
// overwritten: SQLite would leave it in the file until something else needs the room.
const (
	writing = "?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=secure_delete(1)"
	reading = "?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)"
	readers = 4
)

func openSQLite(ctx context.Context, path string, o Options) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fault.InvalidField("DATABASE_URL", "names no file").Because(err)
	}
	if err := findSQLite(path, o.Existing); err != nil {
		return nil, err
	}
	lock, err := lockFile(path + ".lock")
	if o.Look && errors.Is(err, errInUse) {
		return openPools(path, reading, o)
	}
	if err != nil {
		return nil, err
	}
	d, err := openPools(path, writing, o)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	pools := d.close
	d.close = func() error { return errors.Join(pools(), lock.Close()) }
	if err := d.write.PingContext(ctx); err != nil { // makes the file, which readers cannot
		_ = d.Close()
		return nil, unopened(path, err)
	}
	return d, nil
}

// findSQLite looks at where the file is to be, and makes its folder unless the file has to be there.
func findSQLite(path string, existing bool) error {
	found, err := os.Stat(path)
	switch {
	case err == nil && found.IsDir():
		return errNoDatabase(path)
	case err == nil:
		return nil
	case existing && (errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR)):
		return fault.Newf(fault.NotFound, "no_database", "there is no database at %s", path)
	case existing:
		return unavailable(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return unavailable(err)
	}
	return nil
}

// unopened says why an SQLite file does not open.
func unopened(path string, err error) error {
	var said *sqlite.Error
	if errors.As(err, &said) && said.Code()&0xff == sqlite3.SQLITE_NOTADB {
		return errNoDatabase(path).Because(err)
	}
	return unavailable(err)
}

func errNoDatabase(path string) *fault.Error {
	return fault.Newf(fault.Invalid, "not_a_database", "what lies at %s is no SQLite database", path)
}

func openPools(path, access string, o Options) (*DB, error) {
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	writer, err := sql.Open("sqlite", file+access)
	if err != nil {
		return nil, unavailable(err)
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", file+reading)
	if err != nil {
		return nil, errors.Join(unavailable(err), writer.Close())
	}
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	return &DB{
		write: newBun(writer, sqlitedialect.New(), o),
		read:  newBun(reader, sqlitedialect.New(), o),
		bell:  newBell(nil),
		close: func() error { return errors.Join(reader.Close(), writer.Close()) },
	}, nil
}

var errInUse = fault.New(fault.Conflict, "database_in_use",
	"the SQLite database is in use by another process, probably `paybridge serve`; SQLite serves one process at a time, PostgreSQL any number")

// lockFile holds the database for this process, because leases, wake-ups and the order of writers
// live in it. The system drops the lock with the process, however that ends.
func lockFile(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the database
	if err != nil {
		return nil, unavailable(err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, errInUse.Because(fmt.Errorf("lock %s: %w", name, err))
	}
	return f, nil
}
