// Renders a Helm chart with Go's own template engine and the functions of sprig, which is what Helm is made of, so that
// a chart can be tested where Helm is not installed. Reads one JSON object from standard input (values, templates,
// files, chart, release) and writes one JSON object of rendered texts by path. Covers what charts usually use:
// include, tpl, required, fail, toYaml, toJson, fromJson, lookup (always empty), .Files.Get and .Capabilities.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
)

type request struct {
	Chart     map[string]interface{} `json:"chart"`
	Release   map[string]interface{} `json:"release"`
	Values    map[string]interface{} `json:"values"`
	Templates map[string]string      `json:"templates"`
	Files     files                  `json:"files"`
	APIs      versions               `json:"apis"`
}

type files map[string]string

// Get returns the text of a file of the chart, or nothing, as Helm does.
func (f files) Get(name string) string { return f[name] }

type versions []string

// Has tells whether the cluster knows a version of an API.
func (v versions) Has(name string) bool {
	for _, known := range v {
		if known == name {
			return true
		}
	}
	return false
}

// Block style, because charts put the result among the lines of other mappings. Keys are sorted; a text is written as in
// JSON, which every reader of YAML understands.
func toYaml(value interface{}) (string, error) {
	var out strings.Builder
	err := writeYaml(&out, value, "")
	return strings.TrimSuffix(strings.TrimPrefix(out.String(), "\n"), "\n"), err
}

func writeYaml(out *strings.Builder, value interface{}, indent string) error {
	switch tree := value.(type) {
	case map[string]interface{}:
		if len(tree) == 0 {
			out.WriteString(" {}\n")
			return nil
		}
		keys := make([]string, 0, len(tree))
		for key := range tree {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		out.WriteString("\n")
		for _, key := range keys {
			name, _ := json.Marshal(key)
			out.WriteString(indent + string(name) + ":")
			if err := writeYaml(out, tree[key], indent+"  "); err != nil {
				return err
			}
		}
		return nil
	case []interface{}:
		if len(tree) == 0 {
			out.WriteString(" []\n")
			return nil
		}
		out.WriteString("\n")
		for _, item := range tree {
			out.WriteString(indent + "-")
			if err := writeYaml(out, item, indent+"  "); err != nil {
				return err
			}
		}
		return nil
	default:
		text, err := json.Marshal(value)
		out.WriteString(" " + string(text) + "\n")
		return err
	}
}

func engine(root *template.Template) template.FuncMap {
	functions := sprig.TxtFuncMap()
	// Helm takes these away: a chart must not read the computer it is rendered on.
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["toYaml"] = toYaml
	functions["toJson"] = func(value interface{}) (string, error) {
		text, err := json.Marshal(value)
		return string(text), err
	}
	functions["fromJson"] = func(text string) (map[string]interface{}, error) {
		value := map[string]interface{}{}
		return value, json.Unmarshal([]byte(text), &value)
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := root.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	functions["tpl"] = func(text string, data interface{}) (string, error) {
		clone, err := root.Clone()
		if err != nil {
			return "", err
		}
		parsed, err := clone.New("tpl").Parse(text)
		if err != nil {
			return "", err
		}
		var out strings.Builder
		err = parsed.Execute(&out, data)
		return out.String(), err
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, errors.New(message)
		}
		return value, nil
	}
	functions["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	functions["lookup"] = func(...string) map[string]interface{} { return map[string]interface{}{} }
	return functions
}

func render(in request) (map[string]string, error) {
	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(engine(root))
	names := make([]string, 0, len(in.Templates))
	for name := range in.Templates {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if _, err := root.New(name).Parse(in.Templates[name]); err != nil {
			return nil, err
		}
	}
	data := map[string]interface{}{
		"Values":       in.Values,
		"Chart":        in.Chart,
		"Release":      in.Release,
		"Files":        in.Files,
		"Capabilities": map[string]interface{}{"APIVersions": in.APIs},
	}
	out := map[string]string{}
	for _, name := range names {
		if strings.HasPrefix(name[strings.LastIndex(name, "/")+1:], "_") {
			continue
		}
		data["Template"] = map[string]interface{}{"Name": name, "BasePath": "templates"}
		var text strings.Builder
		if err := root.ExecuteTemplate(&text, name, data); err != nil {
			return nil, err
		}
		// As Helm does for what the engine writes for an absent value.
		out[name] = strings.ReplaceAll(text.String(), "<no value>", "")
	}
	return out, nil
}

func main() {
	var in request
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		fmt.Fprintln(os.Stderr, "the request:", err)
		os.Exit(2)
	}
	out, err := render(in)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
