// Package rest is what lies around a client of a forge's REST API: the transport
// that its requests go through, and what makes one list of the pages it reads.
//
// It exists so that every forge is trusted as little: an answer is whole or an
// error, a list that moved is read again, credentials go to one host and into no
// error text, and a rate limit is kept until it is over.
//
// Of the domain it knows repositories, changes and errors, and of forges nothing.
package rest
