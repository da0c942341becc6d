package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"foghorn/relay/sql"
)

func newRelaySchemaCmd(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "schema NAME",
		Short: "Print the SQL statements that create the tables of a relay",
		Long: `Print the SQL statements that create the tables of a relay of kind sql. You may run them
again: existing tables stay as they are.`,
		Example: "foghorn relay schema warehouse | psql postgres://user@host/database",
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := e.settings()
			if err != nil {
				return err
			}
			c, err := s.relayNamed(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if c.Kind != "sql" {
				return usageError(fmt.Errorf("relay %s is of kind %s, which has no tables", c.Name, c.Kind))
			}
			if err := s.config.Fetch(cmd.Context(), &c.DSN); err != nil {
				return usageError(err)
			}
			text, err := sql.Schema(*c)
			if err != nil {
				return usageError(errors.New(s.secrets.Text(err.Error())))
			}
			_, err = fmt.Fprint(e.stdout, text)
			return err
		},
	}
}
