package chatops

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"foghorn/config"
	"foghorn/journal/event"
)

// Managing is what the API manages settings with.
type Managing struct {
	*Settings
	// Config is the configuration of the file, and Apply takes over what was changed.
	Config func() *config.Config
	Apply  func(ctx context.Context)
}

// tablePaths are the kinds of settings, by their part of the path.
var tablePaths = map[string]string{"workspaces": config.ChatWorkspaceTable, "user-mappings": config.ChatUserTable, "channels": config.ChatChannelTable}

// maxSetting bounds the body of a setting, in bytes.
const maxSetting = 64 << 10

// apiActor is who changes settings over HTTP: the holder of the admin token.
const apiActor = "chatops API"

// serveSettings serves /workspaces/, /user-mappings/ and /channels/, and one setting at
// its name or at its workspace and id below.
func (c *Core) serveSettings(w http.ResponseWriter, r *http.Request, table, rest string) {
	if c.Managing == nil {
		answerError(w, http.StatusNotFound, "settings are not managed here")
		return
	}
	key, err := url.PathUnescape(strings.ReplaceAll(strings.Trim(rest, "/"), "/", " "))
	if err != nil {
		answerError(w, http.StatusNotFound, "there is nothing here")
		return
	}
	switch {
	case r.Method == http.MethodGet && key == "":
		c.listSettings(w, r, table)
	case r.Method == http.MethodGet:
		c.oneSetting(w, r, table, key)
	case r.Method == http.MethodPost && key == "", r.Method == http.MethodPut && key != "", r.Method == http.MethodPatch && key != "":
		c.putSetting(w, r, table, key)
	case r.Method == http.MethodDelete && key != "":
		c.removeSetting(w, r, table, key)
	default:
		answerError(w, http.StatusMethodNotAllowed, "the list takes GET and POST; an entry takes GET, PUT, PATCH and DELETE")
	}
}

func (c *Core) listSettings(w http.ResponseWriter, r *http.Request, table string) {
	rows, err := c.Managing.List(r.Context(), c.Managing.Config(), table)
	if err != nil {
		c.failedSetting(w, err)
		return
	}
	if rows == nil {
		rows = []Setting{}
	}
	answerJSON(w, http.StatusOK, map[string]any{"next": nil, "results": rows})
}

// setting finds the setting of a key that counts.
func (c *Core) setting(ctx context.Context, table, key string) (Setting, error) {
	rows, err := c.Managing.List(ctx, c.Managing.Config(), table)
	if err != nil {
		return Setting{}, err
	}
	i := slices.IndexFunc(rows, func(s Setting) bool { return s.Key == key && !s.Hidden })
	if i < 0 {
		return Setting{}, event.ErrNotFound
	}
	return rows[i], nil
}

func (c *Core) oneSetting(w http.ResponseWriter, r *http.Request, table, key string) {
	s, err := c.setting(r.Context(), table, key)
	if err != nil {
		c.failedSetting(w, err)
		return
	}
	answerJSON(w, http.StatusOK, s)
}

// putSetting adds a setting, replaces one, or changes some values of one.
func (c *Core) putSetting(w http.ResponseWriter, r *http.Request, table, key string) {
	var values map[string]any
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxSetting)).Decode(&values); err != nil || values == nil {
		answerError(w, http.StatusBadRequest, "the body must be a JSON object")
		return
	}
	for name := range values {
		if base := baseOf(name); base != name && slices.Contains(secretKeys, base) {
			answerError(w, http.StatusBadRequest, name+" cannot be set over HTTP; set "+base+", which is stored encrypted")
			return
		}
	}
	old, err := c.setting(r.Context(), table, key)
	switch m := (config.Managed{Table: table, Values: values}); {
	case key != "" && err != nil:
		c.failedSetting(w, err)
		return
	case r.Method == http.MethodPatch:
		for name, value := range old.Values {
			if _, given := values[name]; !given && !slices.Contains(secretKeys, name) {
				values[name] = value
			}
		}
	case key != "" && m.Key() != key:
		answerError(w, http.StatusBadRequest, "the body names another entry than the path")
		return
	case key == "":
		if _, err := c.setting(r.Context(), table, m.Key()); err == nil {
			answerError(w, http.StatusConflict, "the entry exists already; change it with PUT or PATCH")
			return
		}
	}
	made, err := c.Managing.Put(r.Context(), c.Managing.Config(), table, values, event.Activity{Time: c.Clock.Now(), Actor: apiActor, Via: event.ViaChat})
	if err != nil {
		c.failedSetting(w, err)
		return
	}
	c.Managing.Apply(r.Context())
	s, err := c.setting(r.Context(), table, made)
	if err != nil {
		c.failedSetting(w, err)
		return
	}
	status := http.StatusOK
	if key == "" {
		status = http.StatusCreated
	}
	answerJSON(w, status, s)
}

func (c *Core) removeSetting(w http.ResponseWriter, r *http.Request, table, key string) {
	err := c.Managing.Remove(r.Context(), c.Managing.Config(), table, key, event.Activity{Time: c.Clock.Now(), Actor: apiActor, Via: event.ViaChat})
	if err != nil {
		c.failedSetting(w, err)
		return
	}
	c.Managing.Apply(r.Context())
	w.WriteHeader(http.StatusNoContent)
}

func (c *Core) failedSetting(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, event.ErrNotFound):
		answerError(w, http.StatusNotFound, "there is no entry of that name")
	case errors.Is(err, ErrSetting):
		answerError(w, http.StatusBadRequest, err.Error())
	default:
		c.Logger.Error("a setting of chat could not be read or changed", "error", err)
		answerError(w, http.StatusInternalServerError, "the entry could not be read or changed; the log says why")
	}
}
