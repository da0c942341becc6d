package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/journal/store"
)

const backupLong = `Copy log.db, from which everything else is derived, into a new file, and verify the
copy: its pages, the checksum of each record, and that no record is missing. foghorn may
keep running. An existing file is never overwritten. Do not copy log.db with cp while foghorn
runs: the copy would lack the newest records and might be damaged.`

func newBackupLogCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "backup-log FILE",
		Short:   "Copy the log into a new file, even while foghorn runs, and verify it",
		Long:    backupLong,
		Example: "foghorn backup-log /backup/foghorn-$(date +%F).db",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := e.settings()
			if err != nil {
				return err
			}
			b, err := store.BackupLog(cmd.Context(), s.dir, args[0])
			if err != nil {
				return fmt.Errorf("backup: %w", err)
			}
			printBackup(e.stdout, "verified", args[0], b)
			return nil
		},
	}
}

func printBackup(w io.Writer, done, file string, b store.Backup) {
	fmt.Fprintf(w, "%s %s, %s: records up to %d, %s in all\n", done, file, human.Bytes(b.Bytes), b.Last, human.Count(b.Records))
	if b.Damaged > 0 {
		fmt.Fprintf(w, "%s of them are damaged, in the log as well: their checksums do not match\n", human.Count(b.Damaged))
	}
}

const restoreLong = `Replace log.db with a copy made by backup-log. The whole copy is verified before
anything is changed, and the previous log is kept under another name. Stop foghorn
first. The next start derives events and alerts again.`

func newRestoreLogCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:     "restore-log FILE",
		Short:   "Replace the log with a copy made by backup-log",
		Long:    restoreLong,
		Example: "foghorn restore-log /backup/foghorn-2026-11-26.db",
		RunE: func(cmd *cobra.Command, args []string) error {
			return restoreLog(cmd.Context(), e, args[0])
		},
	}
}

func restoreLog(ctx context.Context, e *env, file string) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	if err := s.collecting().EnsureDir(); err != nil {
		return err
	}
	lock, err := s.collecting().Lock(ctx, "restore-log")
	if err != nil {
		return explainHeld(err)
	}
	defer lock.Release()
	b, aside, err := store.RestoreLog(ctx, s.dir, file)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	printBackup(e.stdout, "restored", file, b)
	if aside != "" {
		fmt.Fprintf(e.stdout, "kept the previous log as %s\n", aside)
	}
	return nil
}
