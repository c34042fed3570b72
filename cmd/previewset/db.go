package main

import "context"

// db is the command of commands that administrate a database server.
func db(ctx context.Context, t *terminal, args []string) error {
	return group{"db ", "Databases of previews, on a server that they share. The Jobs of overlay.database run create and drop.", []command{
		{"create", "make a preview's database, and the Secret that leads to it", dbCreate},
		{"drop", "remove a preview's database", dbDrop},
		{"sweep", "remove databases whose preview is no more", dbSweep},
	}}.run(ctx, t, args)
}
