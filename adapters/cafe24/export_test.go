package cafe24

// IsPublic lets the table of addresses be tested without connecting to any of them.
var IsPublic = isPublic
