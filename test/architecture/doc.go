// Package architecture holds the shape of the code: which folder may import which, what may lie
// at the top of the repository, how long a file may be and which words name nothing.
//
// Every rule is a function over a file tree, so the tests prove it on invented trees first and
// then hold the repository against it. The import rules stand in .golangci.yml as well; these
// here need no linter, work while the build is broken and know folders that do not exist yet.
package architecture
