package architecture

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

// VagueNames returns every file path, package and declared identifier that has a word in it which
// says nothing, as sentences with the place. The names of others, when used, are their own affair.
// A file that cannot be parsed is an error.
func VagueNames(tree fs.FS) ([]string, error) {
	var problems []string
	err := eachGoFile(tree, func(name string, source []byte) error {
		if word := vagueWord(name); word != "" {
			problems = append(problems, fmt.Sprintf("%s: %q names nothing", name, word))
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, declared := range declaredNames(file) {
			if word := vagueWord(declared.Name); word != "" && !ofTesting(declared.Name) {
				place := files.Position(declared.Pos())
				problems = append(problems, fmt.Sprintf("%s: %s: %q names nothing", place, declared.Name, word))
			}
		}
		return nil
	})
	return problems, err
}

// vagueWord returns the first word of the name that says nothing: PostgreSQL or payment gateway,
// and what does a manager do?
func vagueWord(name string) string {
	for _, word := range words(name) {
		if slices.Contains([]string{"util", "utils", "helper", "helpers", "manager", "managers", "pg"}, word) {
			return word
		}
	}
	return ""
}

// ofTesting tells the one such name that an interface may have to repeat: testing.TB's.
func ofTesting(name string) bool {
	return name == "Helper"
}

// words splits a path or an identifier into lower-case words: refundPGTidOf is refund, pg, tid, of.
func words(name string) []string {
	var spaced strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		afterLower := i > 0 && !unicode.IsUpper(runes[i-1])
		beforeLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if unicode.IsUpper(r) && (afterLower || beforeLower) {
			spaced.WriteRune(' ')
		}
		spaced.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(spaced.String(), func(r rune) bool { return !unicode.IsLetter(r) })
}

// declaredNames returns the names that a file gives: of its package, imports, types, functions,
// fields, parameters, constants and variables.
func declaredNames(file *ast.File) []*ast.Ident {
	names := []*ast.Ident{file.Name}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ImportSpec:
			if node.Name != nil {
				names = append(names, node.Name)
			}
		case *ast.TypeSpec:
			names = append(names, node.Name)
		case *ast.FuncDecl:
			names = append(names, node.Name)
		case *ast.Field:
			names = append(names, node.Names...)
		case *ast.ValueSpec:
			names = append(names, node.Names...)
		case *ast.AssignStmt:
			names = append(names, defined(node.Tok, node.Lhs...)...)
		case *ast.RangeStmt:
			names = append(names, defined(node.Tok, node.Key, node.Value)...)
		}
		return true
	})
	return names
}

// defined returns the variables that a := declares.
func defined(tok token.Token, left ...ast.Expr) []*ast.Ident {
	var names []*ast.Ident
	for _, expression := range left {
		if name, isName := expression.(*ast.Ident); isName && tok == token.DEFINE {
			names = append(names, name)
		}
	}
	return names
}
