package main

import "github.com/spf13/cobra"

// dbCommand has the commands that administrate a database server.
func dbCommand(t *terminal) *cobra.Command {
	c := commandGroup(&cobra.Command{
		Use:     "db COMMAND [flags]",
		GroupID: groupDatabases,
		Short:   "create, drop, sweep and watch the databases of previews",
		Long:    "Manage the databases of previews on a shared server. The Jobs of overlay.database run create and drop.",
	})
	c.AddCommand(dbCreateCommand(t), dbDropCommand(t), dbSweepCommand(t), dbWatchCommand(t))
	return c
}
