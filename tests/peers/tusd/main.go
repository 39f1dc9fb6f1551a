// Serves tus by tusd's own handler and file store: `tusd PORT FOLDER`, below /files/. Test-only.
//
// The handler is configured as tusd's command does without flags; the command itself would also compile the clients
// of three clouds.
package main

import (
	"log"
	"net"
	"net/http"
	"os"

	"github.com/tus/tusd/v2/pkg/filelocker"
	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: tusd PORT FOLDER")
	}
	composer := handler.NewStoreComposer()
	filestore.New(os.Args[2]).UseIn(composer)
	filelocker.New(os.Args[2]).UseIn(composer)
	tusd, err := handler.NewHandler(handler.Config{BasePath: "/files/", StoreComposer: composer})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/files/", http.StripPrefix("/files/", tusd))
	http.Handle("/files", http.StripPrefix("/files", tusd))
	log.Fatal(http.ListenAndServe(net.JoinHostPort("127.0.0.1", os.Args[1]), nil))
}
